// make pictures: the cards that docs/admins.md shows, each drawn from the card that the tests hold the program to.
import { mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { look, renderer, themes } from "./cards.js";
import { browser, root } from "./process.js";

const width = 480; // a chat in a window
const most = 60 * 1024;

const pictures = path.join(root, "docs/pictures");
const wanted = [...readFileSync(path.join(root, "docs/admins.md"), "utf8").matchAll(/\]\(pictures\/([a-z-]+)\.png\)/g)].map((m) => m[1]);
rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures, { recursive: true });
const context = await browser();
const page = await renderer(context, width, "light");
const large = [];
for (const name of wanted) {
  const card = JSON.parse(readFileSync(path.join(root, "internal/bot/view/testdata", `${name}.json`), "utf8"));
  await page.evaluate(look, [card, themes.light]);
  const file = path.join(pictures, `${name}.png`);
  await page.locator("#card").screenshot({ path: file });
  const { size } = statSync(file);
  if (size > most) large.push(`${name}: ${size} bytes`);
}
console.log(`${wanted.length} pictures in ${path.relative(root, pictures)}, ${large.length} of them above ${most} bytes`);
for (const line of large) console.log(`  ${line}`);
await context.close();
process.exit(large.length > 0 ? 1 : 0);
