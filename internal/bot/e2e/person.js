// Somebody in the Playground: what they write, press and see.
import path from "node:path";
import { shots } from "./process.js";

/** Person is somebody at a Playground page. */
export class Person {
  constructor(page) {
    this.page = page;
    this.cards = page.locator(".ac-adaptiveCard");
    this.messages = page.locator('[aria-label="Message header"]');
  }

  static async at(context, url) {
    const page = await context.newPage();
    const patience = { timeout: 120_000 }; // its script alone is seconds of a processor
    await page.goto(url, patience);
    const p = new Person(page);
    await p.cards.filter({ hasText: "Hello, this is Calltab" }).last().waitFor(patience);
    return p;
  }

  async says(line) {
    const box = this.page.getByRole("textbox").last();
    await box.click();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press("Enter");
  }

  /** sees waits until some card shows the text, and returns the newest that does. */
  async sees(text) {
    const found = this.cards.filter({ hasText: text }).last();
    await found.waitFor();
    return found;
  }

  /** gets presses a button that posts a card, and returns that card. */
  async gets(button) {
    const before = await this.cards.count();
    await button.click();
    await this.cards.nth(before).waitFor();
    return this.cards.nth(before);
  }

  /** answers writes a line and returns the card that answers it: an older one may say the same, and another may come before it. */
  async answers(line, text) {
    const saying = this.cards.filter({ hasText: text });
    const before = await saying.count();
    await this.says(line);
    await saying.nth(before).waitFor();
    return saying.nth(before);
  }

  /** newest is the card that is the newest now, and stays that one. */
  async newest() {
    return this.cards.nth((await this.cards.count()) - 1);
  }

  async shot(name) {
    await this.page.screenshot({ path: path.join(shots, `${name}.png`) });
  }
}
