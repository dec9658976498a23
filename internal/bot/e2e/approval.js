// Three people in Microsoft's own client: an employee asks for a phone, the manager decides, and the phone works.
import { expect, story } from "./check.js";
import { Person } from "./person.js";

export async function approval(context, bot, alice) {
  let erin, carol, order, decision;
  const send = async (why) => {
    await order.getByRole("textbox").last().fill(why);
    await order.getByRole("button", { name: "Send for approval" }).click();
  };
  await story([
    ["erin and carol open pages of their own", async () => {
      await bot.opens("erin");
      await bot.opens("carol");
      [erin, carol] = await Promise.all([Person.at(context, bot.pages.erin), Person.at(context, bot.pages.carol)]);
      await erin.sees("I need a phone");
    }],
    ["erin writes that she needs a phone: Calltab fills in where she works, a plan and a number", async () => {
      await erin.says("I need a phone");
      await erin.sees("Boston, as in Microsoft 365");
      order = await erin.newest();
      await order.filter({ hasText: "Metered" }).waitFor();
      await erin.shot("40-self-filled-in");
      await order.getByRole("button", { name: "Another plan" }).click();
      await order.filter({ hasText: "Which plan?" }).waitFor();
      await order.getByRole("button", { name: "Back" }).click();
      await order.filter({ hasText: "Your manager is asked to approve first." }).waitFor();
      await erin.shot("41-self-review");
    }],
    ["without a reason the client keeps it back; with one it waits for carol", async () => {
      await order.getByRole("button", { name: "Send for approval" }).click();
      await order.getByText("Write a few words for whoever approves it.").waitFor();
      await send("Customers ask for my number");
      await order.filter({ hasText: "Waiting for Carol Whitaker to approve." }).waitFor();
      await erin.shot("42-pending");
    }],
    ["carol gets it on her own page, and asks back", async () => {
      await carol.page.bringToFront();
      decision = await carol.sees("Erin Walsh asks for a phone");
      await carol.sees("Customers ask for my number");
      await carol.shot("43-approval");
      await decision.getByRole("button", { name: "Deny, ask back or hand on" }).click();
      await decision.getByRole("textbox").first().fill("Is a mobile not enough?");
      await decision.getByRole("button", { name: "Ask back", exact: true }).click();
      await carol.sees("Is a mobile not enough?");
    }],
    ["erin reads the question and answers", async () => {
      await erin.page.bringToFront();
      const question = await erin.sees("Your answer to Carol Whitaker");
      await erin.shot("44-question");
      await question.getByRole("textbox").fill("No reception in the hall");
      await question.getByRole("button", { name: "Send answer" }).click();
      await erin.sees("No reception in the hall");
    }],
    ["carol reads the answer and approves: her card says so, and so does erin's", async () => {
      await carol.page.bringToFront();
      const answered = await carol.sees("No reception in the hall");
      await answered.getByRole("button", { name: "Approve" }).click();
      await carol.sees("You have approved it.");
      await carol.shot("45-approved");
      await erin.page.bringToFront();
      await erin.sees("Approved: the phone for Erin Walsh");
      await erin.shot("46-approved");
    }],
    ["time passes, and erin can call", async () => {
      await bot.advance("15m");
      await erin.sees("Your phone is ready, Erin");
      await erin.shot("47-ready");
    }],
    ["alice, who had nothing to do with it, sees the same", async () => {
      await alice.page.bringToFront();
      await alice.says("find erin");
      await alice.sees("Erin Walsh");
    }],
    ["carol asks for mallory, who is not hers, and learns nothing", async () => {
      await carol.page.bringToFront();
      await carol.says("add mallory");
      await carol.page.getByText("people who report to you").last().waitFor();
      await carol.says("numbers");
      await carol.page.getByText("Only certain people can do that").last().waitFor();
      await carol.shot("48-refused");
    }],
  ]);
}
