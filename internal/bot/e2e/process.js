// The processes of a run: the bot with its cloud, and Chromium. Every one is ended by its id, however the run ends.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.resolve(here, "../../..");
export const shots = path.join(here, "shots");
export const calltab = path.join(root, "bin", "calltab");

/** scratch is a directory of this run's own. */
export const scratch = mkdtempSync(path.join(tmpdir(), "calltab-e2e-"));

const children = new Set();
process.on("exit", () => {
  for (const child of children) child.kill("SIGTERM");
  try {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Chromium may write until it is gone; the system clears its temporary directory in time.
  }
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

/** sandbox starts the bot, its cloud and the Playground's pages. */
export async function sandbox() {
  const child = spawn(calltab, ["sandbox", "--playground"], { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  children.add(child);
  child.once("close", () => children.delete(child));

  const pages = {};
  const waiting = []; // [pattern, resolve], answered by the lines that come
  readline.createInterface({ input: child.stdout }).on("line", (line) => {
    const page = /^ {2}(\w+) +(http:\/\/127\.0\.0\.1:\d+) /.exec(line);
    if (page) pages[page[1]] = page[2];
    for (const w of waiting.filter(([pattern]) => pattern.test(line))) {
      waiting.splice(waiting.indexOf(w), 1);
      w[1](line);
    }
  });
  const line = (pattern, seconds) =>
    Promise.race([
      new Promise((resolve) => waiting.push([pattern, resolve])),
      ended.then((code) => Promise.reject(new Error(`calltab ended with code ${code}`))),
      late(seconds, `calltab did not say ${pattern}`),
    ]);

  await line(/\/quit/, 60);
  return {
    pages,
    /** advance lets business time pass, and returns when the bot has done all that was due. */
    async advance(time) {
      const done = line(/^ {2}It is /, 60);
      child.stdin.write(`/advance ${time}\n`);
      await done;
    },
    /** does has something happen at Microsoft: a line of a script. */
    async does(what) {
      const done = line(/^ {2}Done\./, 60);
      child.stdin.write(`/do ${what}\n`);
      await done;
    },
    /** opens starts a page of somebody else's. */
    async opens(who) {
      const there = line(new RegExp(`^ {2}${who} `), 60);
      child.stdin.write(`/open ${who}\n`);
      await there;
    },
    async close() {
      child.stdin.end("/quit\n");
      const code = await Promise.race([ended, late(20, "calltab did not end")]);
      if (code !== 0) throw new Error(`calltab ended with code ${code}`);
    },
  };
}

/** late fails after so many seconds, without keeping the process alive for it. */
function late(seconds, what) {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`${what} within ${seconds} seconds`)), seconds * 1000).unref();
  });
}

/** browser starts headless Chromium in a new profile; no name but 127.0.0.1 leads anywhere. */
export async function browser() {
  const context = await chromium.launchPersistentContext(path.join(scratch, "profile"), {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    viewport: { width: 1280, height: 1100 },
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
  context.setDefaultTimeout(60_000);
  return context;
}
