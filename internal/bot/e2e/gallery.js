// make gallery: a picture of every card in each of Teams's themes, as wide as on a phone and in a window, one page that
// shows them all, how far down what matters is, and the order in which Tab goes through each card.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { look, read, renderer, themes } from "./cards.js";
import { keyboard } from "./keyboard.js";
import { browser, here, root } from "./process.js";

const widths = [300, 800];
const tallest = 480; // of an unfolded card in a window until its primary fact and action end

/** Lists and help are read from top to bottom: their buttons turn the page. */
const lists = /^(approvals|audit|help|history|list|locations|numbers|orders|outbox|people|phones|plans|roster|stopped|welcome|who|found-many|repair|compared|batch|choose)/;

const gallery = path.join(here, "gallery");
rmSync(gallery, { recursive: true, force: true });
mkdirSync(gallery, { recursive: true });
const all = read(path.join(root, "internal/bot/view/testdata"));
const context = await browser();
const low = [], cut = [], astray = [];
let stops = 0;
for (const width of widths) {
  for (const theme of process.argv[2] ? [process.argv[2]] : Object.keys(themes)) {
    const page = await renderer(context, width, theme);
    for (const [name, card] of all) {
      const seen = await page.evaluate(look, [card, themes[theme]]);
      await page.locator("#card").screenshot({ path: path.join(gallery, `${name}-${theme}-${width}.png`) });
      if (width === widths[0] && theme === "light") cut.push(...seen.buttons.filter((b) => b.cut).map((b) => `${name}: ${b.title}`));
      if (width !== widths.at(-1) || theme !== "light" || lists.test(name)) continue;
      const button = seen.buttons.find((b) => b.positive); // what has none asks nothing
      const fact = Math.round(seen.fact?.bottom ?? 0), action = Math.round(button?.bottom ?? 0);
      if (Math.max(fact, action) > tallest) low.push(`${name}: fact ${fact}, action ${action} (${button?.title ?? "none"})`);
    }
    if (width === widths.at(-1) && theme === "light") {
      for (const [name, card] of all) {
        const tabbed = await keyboard(page, card, themes[theme]);
        stops += tabbed.all;
        if (tabbed.wrong.length > 0) astray.push(`${name}: ${tabbed.wrong.join("; ")}`);
      }
    }
    await page.close();
  }
}
const picture = (name, width) => Object.keys(themes)
  .map((theme) => `<img loading="lazy" alt="${name}, ${theme}, ${width}" src="${name}-${theme}-${width}.png">`).join("");
const rows = all.map(([name]) => `<h2 id="${name}">${name}</h2>${widths.map((w) => `<div>${picture(name, w)}</div>`).join("")}`);
writeFileSync(path.join(gallery, "index.html"), `<!doctype html><meta charset="utf-8"><title>Calltab's cards</title>
<style>body { font: 14px sans-serif; background: #ddd } div { display: flex; gap: 12px; align-items: start; overflow-x: auto; margin: 6px 0 }</style>
${rows.join("\n")}`);
console.log(`${all.length} cards in ${Object.keys(themes).length} themes at ${widths.join(" and ")} pixels: ${path.relative(root, gallery)}/index.html`);
console.log(`${low.length} whose primary fact or action ends below ${tallest} pixels at ${widths.at(-1)} wide`);
for (const line of low) console.log(`  ${line}`);
console.log(`${cut.length} buttons cut off at ${widths[0]} pixels, in a font that is wider than Teams's own`);
for (const line of cut) console.log(`  ${line}`);
console.log(`${astray.length} in which Tab goes astray, of ${stops} stops; Microsoft's renderer has no element of Teams's own, so fallbacks are drawn`);
for (const line of astray) console.log(`  ${line}`);
await context.close();
process.exit(low.length + cut.length + astray.length > 0 ? 1 : 0);
