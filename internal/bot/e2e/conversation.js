// The main job in Microsoft's own client: an admin adds a user by typing, choosing and pressing.
import { expect, story } from "./check.js";
import { Person } from "./person.js";

const number = "+1 206-555-0101";

/** press presses a button and waits until it has come to something: what is due later must not be overtaken by time. */
async function press(card, name) {
  const button = card.getByRole("button", { name, exact: true });
  await button.click();
  await button.waitFor({ state: "detached" });
}

const save = (card) => press(card, "Save");

export async function conversation(context, bot) {
  let alice, dana, order, messages;
  // The order's card is one message from the first form to the end.
  const shows = async (text) => {
    await order.filter({ hasText: text }).waitFor();
    const now = await alice.messages.count();
    expect(now === messages, `${now} messages instead of ${messages}: the card did not change in place`);
  };

  await story([
    ["the Playground greets alice and dana", async () => {
      [alice, dana] = await Promise.all([Person.at(context, bot.pages.alice), Person.at(context, bot.pages.dana)]);
      await alice.shot("01-welcome");
    }],
    ["alice writes add dana and gets the order, filled in", async () => {
      await alice.says("add dana");
      await alice.sees("Seattle, as in Microsoft 365");
      order = alice.cards.nth((await alice.cards.count()) - 1);
      messages = await alice.messages.count();
      await shows("never used");
      await alice.shot("02-filled-in");
    }],
    ["she wants another plan: the same card asks which, and comes back", async () => {
      await order.getByRole("button", { name: "Another plan" }).click();
      await shows("$17 a month");
      await order.getByRole("radio", { name: /Unlimited/ }).check();
      await alice.shot("03-plan");
      await order.getByRole("button", { name: "Continue" }).click();
      await shows("Is everything right?");
    }],
    ["she wants another number: the same card asks which", async () => {
      await order.getByRole("button", { name: "Another number" }).click();
      await shows("Which number?");
      await alice.shot("04-number");
    }],
    ["she chooses a number from the list: the same card asks whether all is right", async () => {
      await order.getByRole("radio", { name: number }).check();
      await alice.shot("05-number-chosen");
      await order.getByRole("button", { name: "Continue" }).click();
      await shows("Is everything right?");
      await shows(number);
      await alice.shot("06-review");
    }],
    ["she presses Save: the same card shows the work", async () => {
      await order.getByRole("button", { name: "Save" }).click();
      await shows("Calltab is setting up the phone.");
      await alice.shot("07-work");
    }],
    ["time passes: the same card waits for Microsoft and names the conditions", async () => {
      await bot.advance("45s");
      await shows("Microsoft is still switching the phone on.");
      await shows("Calling switched on");
      await alice.shot("08-waiting");
    }],
    ["more time passes: the same card is ready, and alice gets the message", async () => {
      await bot.advance("10m");
      await alice.sees("Dana Reyes can call now");
      messages++; // the one new message
      await shows("Became ready");
      await alice.shot("09-ready");
    }],
    ["dana gets her number on her own page", async () => {
      const phone = await dana.sees("Your phone is ready, Dana");
      expect((await phone.innerText()).includes(number), "the card does not show the number");
      await dana.page.bringToFront();
      await dana.shot("10-dana");
    }],
    ["dana presses I see it: her card thanks her", async () => {
      const before = await dana.messages.count();
      await dana.cards.last().getByRole("button", { name: "I see it" }).click();
      await dana.sees("Your phone works, and there is nothing more to do.");
      const now = await dana.messages.count();
      expect(now === before, `${now} messages instead of ${before}: the card did not change in place`);
      await dana.shot("11-dana-thanked");
    }],
    ["and alice's card says that dana sees the dial pad", async () => {
      await alice.page.bringToFront();
      await shows("Dana Reyes sees the dial pad.");
      await alice.shot("12-confirmed");
    }],
    ["alice finds dana and presses Change plan: a card of its own shows the other one", async () => {
      await alice.says("find dana");
      const found = await alice.sees("The phone works");
      await found.getByRole("button", { name: "Change plan" }).click();
      await alice.sees("Another plan for Dana Reyes");
      order = alice.cards.nth((await alice.cards.count()) - 1);
      messages = await alice.messages.count();
      await alice.shot("13-found");
    }],
    ["she saves: the same card makes the change, and both are told", async () => {
      await shows("(before: Unlimited)");
      await alice.shot("14-change-review");
      await order.getByRole("button", { name: "Save" }).click();
      await order.getByRole("button", { name: "Save" }).waitFor({ state: "detached" });
      await bot.advance("10m");
      await alice.sees("Dana Reyes has the new plan");
      messages++; // the one new message
      await shows("Became ready");
      await alice.shot("15-changed");
      await dana.page.bringToFront();
      await dana.sees("Your new plan works, Dana");
      await dana.shot("16-dana-changed");
      await alice.page.bringToFront();
    }],
    ["alice removes dana: the card says that licence and account may go", async () => {
      await alice.says("remove dana");
      await alice.sees("Please leave both as they are until then.");
      order = alice.cards.nth((await alice.cards.count()) - 1);
      await alice.shot("17-remove-review");
      await order.getByRole("button", { name: "Save" }).click();
      await order.getByRole("button", { name: "Save" }).waitFor({ state: "detached" });
      await bot.advance("10m");
      await order.filter({ hasText: "Everything is taken back." }).waitFor();
      await alice.sees("Now the licence may be removed");
      await alice.shot("18-removed");
    }],
    ["alice reads Microsoft 365 and sees who can be imported", async () => {
      await alice.page.bringToFront();
      await alice.says("sync");
      await bot.advance("2m");
      const read = await alice.sees("Microsoft 365 is read");
      await read.getByRole("button", { name: "Show" }).click();
      await alice.sees("Whom do you want to import?");
      await alice.shot("20-people");
    }],
    ["those who are not offered are named with every reason", async () => {
      const people = await alice.sees("Whom do you want to import?");
      await people.getByRole("button", { name: "Not offered, and why" }).click();
      await alice.sees("People who are not offered");
      await alice.shot("21-others");
    }],
    ["she imports gita, who has no number yet, and gives her one", async () => {
      await alice.says("sync gita");
      const people = await alice.sees("Only “gita”");
      await people.getByRole("checkbox", { name: /Gita/ }).check();
      await people.getByRole("combobox").or(people.getByRole("radio", { name: /Seattle/ })).first().waitFor();
      const seattle = people.getByRole("radio", { name: /Seattle/ });
      if (await seattle.count()) await seattle.check();
      else await people.getByRole("combobox").selectOption({ label: "Seattle, US" });
      await alice.shot("22-import");
      await people.getByRole("button", { name: "Import", exact: true }).click();
      await alice.sees("1 person imported.");
      await alice.shot("23-imported");
      await alice.says("add gita metered +12065550155");
      const review = await alice.sees("Is everything right?");
      await save(review);
      await bot.advance("10m");
      await alice.sees("Gita Rao can call now");
    }],
    ["she allows kira a phone beside the calling plan, with a reason", async () => {
      await alice.says("why kira");
      const why = await alice.sees("has a calling plan from Microsoft");
      await why.getByRole("textbox").fill("Moves to us in spring.");
      await why.getByRole("button", { name: "Allow both" }).click();
      await alice.sees("a phone beside the calling plan: “Moves to us in spring.”");
      await alice.shot("24-allowed");
    }],
    ["she adds a location and its numbers", async () => {
      await alice.says("add location");
      const form = await alice.sees("New location");
      await form.getByRole("textbox", { name: "Name" }).fill("Chicago");
      await form.getByRole("textbox", { name: "Country" }).fill("us");
      await form.getByRole("textbox", { name: "Time zone" }).fill("America/Chikago");
      await form.getByRole("button", { name: "Add location" }).click();
      const again = await alice.sees("There is no time zone");
      await alice.shot("25-location-wrong");
      await again.getByRole("textbox", { name: "Time zone" }).fill("America/Chicago");
      await again.getByRole("button", { name: "Add location" }).click();
      await alice.sees("Chicago is a location now");
      await alice.says("add numbers +13125550100-0109 chicago");
      const addition = await alice.sees("Add 10 numbers to Chicago?");
      await addition.getByRole("button", { name: "Add numbers" }).click();
      await alice.sees("10 numbers were added to Chicago");
      await alice.shot("26-location");
    }],
    ["the numbers are shown by location, and then one by one", async () => {
      await alice.says("numbers");
      const numbers = await alice.sees("set aside");
      await numbers.getByRole("button", { name: "Next" }).click();
      await alice.sees("Back to the beginning");
      await alice.shot("27-numbers");
    }],
    ["gita moves there, and gives her number back", async () => {
      await alice.says("move gita chicago +13125550101");
      let review = await alice.sees("Move of Gita Rao");
      await save(review);
      await bot.advance("10m");
      await alice.sees("Gita Rao has moved");
      await alice.says("release gita");
      review = await alice.sees("Number back from Gita Rao");
      await save(review);
      await bot.advance("10m");
      await alice.says("find +12065550155");
      const resting = await alice.sees("+1 206-555-0155");
      await resting.getByRole("button", { name: "Free it now" }).click();
      await resting.filter({ hasText: "free" }).waitFor();
      await alice.shot("28-freed");
    }],
    ["an order that stops names why; when that is mended, one press lets it go on", async () => {
      await bot.does("lie gita unavailable");
      await alice.says("add gita seattle metered +12065550156");
      const review = await alice.sees("Is everything right?");
      await save(review);
      await bot.advance("4h");
      const parked = await alice.sees("“unavailable, try again” each time");
      await alice.shot("30-parked");
      await bot.does("allow gita");
      await parked.getByRole("button", { name: /Open|Try again/ }).first().click();
      const open = alice.cards.filter({ has: alice.page.getByRole("button", { name: "Try again" }) }).last();
      if (await open.count()) await open.getByRole("button", { name: "Try again" }).click();
      await bot.advance("10m");
      await alice.sees("Gita Rao can call now");
    }],
    ["or it is undone, or left as it is, with a reason", async () => {
      for (const [who, number] of [["erin", "+12065550152"], ["tara", "+12065550153"]]) {
        await bot.does(`lie ${who} unavailable`);
        await alice.says(`add ${who} seattle metered ${number}`);
        await save(await alice.sees("Is everything right?"));
        await bot.advance("4h");
        const list = await alice.answers("parked", "Orders that wait for a decision");
        const open = await alice.gets(list.getByRole("button", { name: "Open" }).last());
        if (who === "erin") {
          await bot.does("allow erin");
          await press(open, "Undo");
          await bot.advance("4h");
          await alice.sees("Everything that Calltab had changed was undone");
          continue;
        }
        await open.getByRole("button", { name: "None of these" }).click();
        await open.getByRole("textbox").fill("The plan comes next week.");
        await alice.shot("31-stopped");
        await open.getByRole("button", { name: "Leave as it is" }).click();
        await alice.sees("The plan comes next week.");
      }
      await bot.does("allow tara");
    }],
    ["another number takes the place of the old one, which is set aside", async () => {
      await alice.says("change number gita +12065550157");
      const review = await alice.sees("Another number for Gita Rao");
      await save(review);
      await bot.advance("10m");
      await alice.sees("Gita Rao has the new number");
      await alice.says("block +12065550158");
      await alice.page.getByText("+1 206-555-0158 is blocked").last().waitFor();
      await alice.says("unblock +12065550158");
      await alice.page.getByText("+1 206-555-0158 is free again").last().waitFor();
    }],
    ["with a carrier, the new user alone gets its page, once", async () => {
      await bot.does("carrier");
      await alice.says("add dana seattle metered +12065550159");
      const review = await alice.sees("Is everything right?");
      await save(review);
      await bot.advance("10m");
      await alice.sees("+1 206-555-0159");
      await dana.page.bringToFront();
      const login = await dana.sees("Your login at the carrier");
      await login.getByText("Open the page").waitFor();
      await dana.shot("31-carrier");
      await alice.page.bringToFront();
    }],
    ["what Microsoft has is held against the stock", async () => {
      await alice.says("sync numbers");
      await bot.advance("2m");
      await alice.sees("Looked after from now on");
      await alice.shot("32-compared");
    }],
    ["a name with markup in it stays text", async () => {
      await alice.page.bringToFront();
      await alice.says("find dmitri");
      const found = await alice.sees("Dmitri O'Neil");
      const live = await found.locator("a, img, b, em, script").count();
      expect(live === 0, `${live} live elements came from a name: ${await found.innerHTML()}`);
      await alice.shot("33-hostile-name");
    }],
  ]);
  return alice;
}
