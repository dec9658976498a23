// make e2e: Calltab in Microsoft's own parts. It prints one line a check, and exits 0 when all of them hold.
import { mkdirSync, rmSync } from "node:fs";
import { appPackage } from "./apppackage.js";
import { approval } from "./approval.js";
import { cards } from "./cards.js";
import { check, summary } from "./check.js";
import { conversation } from "./conversation.js";
import { several } from "./several.js";
import { browser, sandbox, shots } from "./process.js";

const minutes = 12; // it may share the machine with other tests
setTimeout(() => {
  console.log(`FAILED  all of it within ${minutes} minutes`);
  summary();
  process.exit(1);
}, minutes * 60_000).unref();

rmSync(shots, { recursive: true, force: true });
mkdirSync(shots, { recursive: true });

await appPackage();
let context, bot;
if (await check("Chromium starts", async () => { context = await browser(); })) {
  await cards(context);
  if (await check("the bot and the Playground start", async () => { bot = await sandbox(); })) {
    const alice = await conversation(context, bot);
    await several(bot, alice);
    await approval(context, bot, alice);
    await check("the bot and the Playground end when they are told to", () => bot.close());
  }
  await context.close();
}
process.exit(summary());
