// Cards by keyboard alone: Tab goes through what can be focused in Microsoft's renderer, before and after everything
// folded is opened by Enter.
import { look } from "./cards.js";

// What takes something away, or leaves: it comes after what goes on. Looking again changes nothing, so it may stand anywhere.
const takesAway = new Set(["order.cancel", "order.take-back", "order.undo", "order.revert", "approval.deny", "number.free", "number.unreserve", "person.unwaive"]);
const looksAgain = new Set(["person.diagnose", "roster.page", "list.file"]);

const most = 200; // presses of Tab before a card is held to be a trap

/** keyboard draws a card and goes through it. It says how many stops there are, and everything that is wrong with their order. */
export async function keyboard(page, card, theme) {
  await page.evaluate(look, [card, theme]);
  await page.evaluate(mark, buttonsOf(card));
  const folded = await walk(page);
  const opened = (await openFolds(page)) ? await walk(page) : folded;
  const wrong = [...faults(folded.stops, true), ...faults(opened.stops, false)];
  for (const w of [folded, opened]) {
    if (w.trapped) wrong.push("the focus does not leave the card");
    if (!w.back) wrong.push("the way back has other stops");
  }
  return { stops: folded.stops.length, all: opened.stops.length, wrong: [...new Set(wrong)] };
}

/** buttonsOf is what each button of a card does, in the order in which they are drawn. */
function buttonsOf(e) {
  if (e?.type?.startsWith?.("Action.")) {
    const { verb, data, style, associatedInputs } = e;
    const leaves = takesAway.has(verb) || verb === "order.begin" && ["release", "remove"].includes(data.kind) ||
      ["bulk.decide", "bulk.approve"].includes(verb) && ["stop", "leave", "deny"].includes(data.decision);
    return [{ kind: e.type === "Action.ToggleVisibility" ? "fold" : style === "positive" ? "primary" : leaves ? "away" : looksAgain.has(verb) ? "look" : "other",
      sends: e.type === "Action.Execute" && associatedInputs !== "none" }];
  }
  return Object.entries(e ?? {}).filter(([name, v]) => name !== "refresh" && typeof v === "object").flatMap(([, v]) => buttonsOf(v));
}

/** mark runs in the page: it notes on each button what it does, and puts a stop before the card and one behind it. */
function mark(buttons) {
  const host = document.getElementById("card");
  [...host.querySelectorAll("button.ac-pushButton")].forEach((b, i) => {
    b.dataset.kind = buttons[i].kind;
    if (buttons[i].sends) b.dataset.sends = "yes";
  });
  for (const [id, where] of [["before", "beforebegin"], ["behind", "afterend"]]) {
    document.getElementById(id)?.remove();
    host.insertAdjacentHTML(where, `<button id="${id}"></button>`);
  }
}

/** walk presses Tab from before the card until behind it, and Shift+Tab back. */
async function walk(page) {
  const stops = [];
  await page.focus("#before");
  for (;;) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(focused);
    if (at.outside || stops.length === most) break;
    stops.push(at);
  }
  let count = 0;
  await page.focus("#behind");
  for (;;) {
    await page.keyboard.press("Shift+Tab");
    if ((await page.evaluate(focused)).outside || count === most) break;
    count++;
  }
  return { stops, trapped: stops.length === most, back: count === stops.length };
}

/** focused runs in the page: what has the focus, and how a screen reader names it. */
function focused() {
  const e = document.activeElement;
  if (!document.getElementById("card").contains(e)) return { outside: true };
  const said = (ids) => (ids ?? "").split(" ").map((id) => document.getElementById(id)?.innerText ?? "").join(" ");
  const name = e.getAttribute("aria-label") || said(e.getAttribute("aria-labelledby")) || [...(e.labels ?? [])].map((l) => l.innerText).join(" ") || e.innerText || "";
  return { name: name.trim(), more: e.title, kind: e.dataset.kind ?? (["INPUT", "SELECT", "TEXTAREA"].includes(e.tagName) ? "input" : e.tagName),
    sends: e.dataset.sends === "yes", required: e.required || e.getAttribute("aria-required") === "true" };
}

/** openFolds opens what is folded, by keyboard. */
async function openFolds(page) {
  const folds = await page.$$("#card button[data-kind=fold]");
  for (const fold of folds) {
    await fold.focus();
    await page.keyboard.press("Enter");
  }
  return folds.length > 0;
}

/** faults is what is wrong with an order of stops. Of what was folded only the names and the inputs are judged: it was opened to read on. */
function faults(stops, folded) {
  const wrong = [];
  const named = new Map();
  for (const [i, s] of stops.entries()) {
    if (s.name === "") wrong.push(`stop ${i + 1} (${s.kind}) has no name`);
    if (!["input", "fold"].includes(s.kind)) {
      const name = `${s.name}, ${s.more}`;
      if (named.has(name)) wrong.push(`two buttons are named “${s.name}”`);
      named.set(name, s);
    }
    if (s.sends && stops.slice(i + 1).some((later) => later.kind === "input" && later.required)) wrong.push(`“${s.name}” comes before an input that it needs`);
    if (!folded) continue;
    const after = stops.slice(i + 1).map((later) => later.kind);
    if (["other", "away", "look"].includes(s.kind) && after.includes("primary")) wrong.push(`“${s.name}” comes before the primary action`);
    if (s.kind === "away" && after.includes("other")) wrong.push(`“${s.name}” takes away, and comes before what does not`);
  }
  return wrong;
}
