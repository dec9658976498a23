// Every card in Microsoft's own renderer, as wide as on a phone; and the gallery, which shows each in every theme.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { check, expect } from "./check.js";
import { here, root, shots } from "./process.js";

const width = 360;

/** Teams's themes: what the host draws with. Fallbacks are drawn where the renderer has no element of Teams's own. */
export const themes = {
  light: {
    page: "#ffffff", text: "#242424", subtle: "#616161", accent: "#5b5fc7", good: "#237b4b", warning: "#835c00", attention: "#c4314b",
    boxes: { emphasis: "#fafafa", accent: "#e8ebfa", good: "#e7f2da", attention: "#fcf4f6", warning: "#fbf6d9" },
  },
  dark: {
    page: "#292929", text: "#ffffff", subtle: "#adadad", accent: "#9ea2ff", good: "#92c353", warning: "#f8d22a", attention: "#f9526b",
    boxes: { emphasis: "#1f1f1f", accent: "#2f2f4a", good: "#1f3a20", attention: "#3b1e24", warning: "#463100" },
  },
  contrast: {
    page: "#000000", text: "#ffffff", subtle: "#ffffff", accent: "#ffff01", good: "#3ff23f", warning: "#ffff01", attention: "#ffff01",
    boxes: { emphasis: "#000000", accent: "#000000", good: "#000000", attention: "#000000", warning: "#000000" },
  },
};

export async function cards(context) {
  let page;
  if (!(await check("Microsoft's renderer loads", async () => { page = await renderer(context, width, "light"); }))) return;
  const golden = read(path.join(root, "internal/bot/view/testdata"));
  await check(`there are cards to look at (${golden.length})`, async () => expect(golden.length > 40, "too few"));
  mkdirSync(path.join(shots, "cards"), { recursive: true });
  for (const [name, card] of golden) {
    await check(`card ${name}`, async () => {
      const seen = await page.evaluate(look, [card, themes.light]);
      await page.locator("#card").screenshot({ path: path.join(shots, "cards", `${name}.png`) });
      judge(card, seen);
    });
  }
  const awkward = read(path.join(root, "internal/bot/view/testdata/awkward"));
  await check(`there are cards with awkward names (${awkward.length})`, async () => expect(awkward.length > 10, "too few"));
  for (const [suffix, what] of [["hostile", "names with markup do nothing"], ["long", "very long words"]]) {
    await check(`${what}, in every card`, async () => {
      const wrong = [];
      for (const [name, card] of awkward.filter(([name]) => name.endsWith(`-${suffix}`))) {
        const seen = await page.evaluate(look, [card, themes.light]);
        await page.locator("#card").screenshot({ path: path.join(shots, "cards", `${name}.png`) });
        try {
          judge(card, seen);
        } catch (e) {
          wrong.push(`${name}: ${e.message}`);
        }
      }
      expect(wrong.length === 0, wrong.join("\n"));
    });
  }
  await page.close();
}

export function read(dir) {
  return readdirSync(dir).filter((f) => f.endsWith(".json")).sort()
    .map((f) => [f.slice(0, -".json".length), JSON.parse(readFileSync(path.join(dir, f), "utf8"))]);
}

/** renderer is a page with the renderer and a Markdown processor that lets HTML through: the worst host that there may be. */
export async function renderer(context, width, theme) {
  const page = await context.newPage();
  const { page: ground, text, accent, attention } = themes[theme];
  await page.setViewportSize({ width, height: 800 });
  await page.setContent(`<!doctype html><style>
    body { margin: 0; font: 14px "Segoe UI", system-ui, sans-serif }
    #card { width: ${width}px; background: ${ground}; color: ${text} }
    .ac-pushButton { border: 1px solid #d1d1d1; border-radius: 4px; background: ${ground}; color: ${text}; padding: 5px 12px; font: inherit; font-weight: 600 }
    .ac-pushButton.style-positive { background: ${accent}; color: ${ground} }
    .ac-pushButton.style-destructive { color: ${attention} }
    .ac-input { font: inherit } .ac-multichoiceInput, .ac-textInput { width: 100%; box-sizing: border-box; padding: 5px }
  </style><div id="card"></div>`);
  for (const script of ["adaptivecards/dist/adaptivecards.min.js", "markdown-it/dist/browser/markdown-it.umd.min.js"]) {
    await page.addScriptTag({ path: path.join(here, "node_modules", script) });
  }
  return page;
}

/** look runs in the page: it parses and draws a card and says what is to be seen. */
export function look([json, theme]) {
  const AC = window.AdaptiveCards;
  AC.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = window.markdownit({ html: true }).render(text);
    result.didProcess = true;
  };
  const card = new AC.AdaptiveCard();
  // Sizes and colours of Teams.
  const colours = Object.fromEntries(["accent", "good", "warning", "attention"].map((c) => [c, { default: theme[c], subtle: theme[c] }]));
  card.hostConfig = new AC.HostConfig({
    fontFamily: '"Segoe UI", system-ui, sans-serif',
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
    fontWeights: { lighter: 200, default: 400, bolder: 600 },
    actions: { maxActions: 6, actionsOrientation: "horizontal", actionAlignment: "left", buttonSpacing: 8, spacing: "default" },
    containerStyles: Object.fromEntries(Object.entries({ default: theme.page, ...theme.boxes }).map(([name, backgroundColor]) => [name, {
      backgroundColor, foregroundColors: { default: { default: theme.text, subtle: theme.subtle }, ...colours } }])),
  });
  const parsing = new AC.SerializationContext(AC.Versions.v1_5);
  card.parse(json, parsing);
  const events = [];
  const add = (e) => events.push(`${e.source?.getJsonTypeName?.() ?? "card"}: ${e.message}`);
  for (let i = 0; i < parsing.eventCount; i++) add(parsing.getEventAt(i));
  card.validateProperties().validationEvents.forEach(add);

  const host = document.getElementById("card");
  host.replaceChildren(card.render());
  const edge = host.getBoundingClientRect().right;
  const wide = [];
  for (const e of host.querySelectorAll("*")) {
    const box = e.getBoundingClientRect();
    const cut = e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && !["INPUT", "SELECT", "OPTION"].includes(e.tagName);
    if (box.right > edge + 0.5 || cut) wide.push(`${e.tagName} ${e.className}: ${e.textContent.slice(0, 60)}`);
  }
  const padding = card.hostConfig.spacing.padding; // where a row of buttons is cut off
  const buttons = [...host.querySelectorAll("button.ac-pushButton")].map((b) => {
    const box = b.getBoundingClientRect();
    return { title: b.innerText, cut: box.width > 0 && box.right > edge - padding + 0.5, bottom: box.bottom - host.getBoundingClientRect().top, positive: b.classList.contains("style-positive"), visible: b.checkVisibility() && box.width > 20 && box.height > 15 && box.right <= edge };
  });
  return {
    events, wide, buttons,
    live: [...host.querySelectorAll("script, a, img, iframe, svg, style, em, at, b, code, h1, ul")].map((e) => e.outerHTML.slice(0, 80)),
    text: host.innerText,
    fact: primaryFact(host),
  };

  /** primaryFact is where what matters most ends: the first bold line below the title, else the title. */
  function primaryFact(host) {
    const bold = [...host.querySelectorAll(".ac-textBlock")].filter((e) => e.checkVisibility() && Number(getComputedStyle(e).fontWeight) >= 600);
    const line = bold[1] ?? bold[0];
    return line ? { text: line.innerText, bottom: line.getBoundingClientRect().bottom - host.getBoundingClientRect().top } : undefined;
  }
}

/** judge throws everything that is wrong with a card and how it looks. */
function judge(card, seen) {
  const wrong = [];
  if (card.version !== "1.5") wrong.push(`its version is ${card.version}`);
  // Type-ahead is Teams's own, and newer than the version that cards name.
  // Charts are Teams's own too: here their table is seen.
  for (const e of seen.events.filter((e) => !/choices\.data|Chart\./.test(e))) wrong.push(`the renderer says: ${e}`);
  for (const input of inputs(card)) {
    if (!(input.choices?.length > 0)) wrong.push(`the choices of ${input.id} are empty`);
  }
  for (const w of seen.wide) wrong.push(`wider than ${width} pixels: ${w}`);
  for (const e of seen.live) wrong.push(`a live element: ${e}`);
  if (seen.text.trim() === "") wrong.push("nothing is to be seen");
  const titles = actions(card);
  if (seen.buttons.length !== titles.length) wrong.push(`${seen.buttons.length} buttons of ${titles.length}`);
  for (const b of seen.buttons.filter((b, i) => (i === 0 || b.positive) && !b.visible)) wrong.push(`the button ${b.title} is not to be seen`);
  expect(wrong.length === 0, wrong.join("\n"));
}

function* inputs(e) {
  if (e?.type === "Input.ChoiceSet") yield e;
  for (const v of Object.values(e ?? {})) if (typeof v === "object") yield* inputs(v);
}

/** actions are the titles of a card's buttons; what stands in a fallback is for other clients, and nobody presses a refresh. */
function actions(e) {
  if (e?.type?.startsWith?.("Action.")) return [e.title];
  return Object.entries(e ?? {}).filter(([name, v]) => name !== "refresh" && typeof v === "object").flatMap(([, v]) => actions(v));
}
