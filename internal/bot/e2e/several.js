// What an admin does about several people at once, and asks about one, in Microsoft's own client.
import { expect, story } from "./check.js";

export async function several(bot, alice) {
  let list;
  const shows = (text) => list.filter({ hasText: text }).waitFor();
  await story([
    // The client takes one line: what has several is played by the script "bulk".
    ["alice names three people: each is checked, and nothing is ordered", async () => {
      await alice.page.bringToFront();
      await alice.says("add sven.lindqvist@alderfinch.example, hugo.lang@alderfinch.example and tara.quill@alderfinch.example");
      await alice.sees("List with 3 orders");
      list = await alice.newest();
      await bot.advance("10s");
      await shows("2 can be ordered. Nothing is ordered yet.");
      await shows("New phone: Sven Lindqvist");
      await shows("The account has no phone licence.");
      await alice.shot("50-list");
    }],
    ["one press orders them: the same card follows, and she hears once at the end", async () => {
      await list.getByRole("button", { name: "Order all" }).click();
      await list.getByRole("button", { name: "Order all" }).waitFor({ state: "detached" });
      await bot.advance("45s");
      await shows("finished");
      await alice.shot("51-list-at-work");
      const before = await alice.cards.count();
      await bot.advance("30m");
      await shows("Finished");
      await alice.cards.nth(before).waitFor();
      expect((await alice.cards.count()) === before + 1, "more than one message came for two phones");
      await alice.shot("52-list-done");
    }],
    ["a list of who has which phone is offered as a file", async () => {
      const phones = await alice.answers("phones", "Sven Lindqvist");
      await phones.getByRole("button", { name: "As a file" }).click();
      // the client says that it does not draw the question
      await alice.page.getByText("File Consent Card is not supported yet").first().waitFor();
      await alice.shot("53-file");
    }],
    ["why sven cannot call is one card", async () => {
      await alice.answers("sven can't call", "The phone of Sven Lindqvist");
      await alice.shot("54-diagnosis");
    }],
  ]);
}
