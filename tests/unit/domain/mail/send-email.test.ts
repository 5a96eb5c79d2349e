import { makeSendEmail } from "../../../../src/domain/mail/send-email.ts";
import type { User } from "../../../../src/domain/users/user.ts";
import type { Versioned } from "../../../../src/domain/version.ts";
import { jobInMemory } from "../../../helpers/job-run.ts";
import { MemoryMailSender } from "../../../helpers/memory-mail-sender.ts";

const WELCOME = { template: "welcome", parameters: { name: "Ada" } } as const;
const instant = "2026-11-25T09:00:00.000Z";

const setUp = (found: Versioned<User> | "absent" | "gone" = "absent") => {
  const sender = new MemoryMailSender();
  const sendEmail = makeSendEmail({
    users: { find: () => Promise.resolve(found) },
    sender,
    reportMail: (day) =>
      Promise.resolve({ subject: `Report ${day}`, html: "<p>", text: "-", attachments: [] }),
  });
  return { sender, sendEmail };
};

const user = (email?: string): Versioned<User> => ({
  value: { id: "u-1", name: "Ada", email, createdAt: instant, updatedAt: instant, audit: [] },
  version: "1",
});

it("sends to each address once, with the domain as mail servers know it", async () => {
  const { sender, sendEmail } = setUp();
  const to = ["Ada@bücher.example", "ada@xn--bcher-kva.example", "jörg@example.com"];

  const result = await sendEmail({ to, ...WELCOME }, jobInMemory("job-1").run());

  expect(result).toEqual({ template: "welcome", recipients: 2 });
  expect([...sender.mails.values()].map((mail) => mail.to)).toEqual([
    ["Ada@xn--bcher-kva.example", "jörg@example.com"],
  ]);
});

it("sends to a user at the address of now", async () => {
  const { sender, sendEmail } = setUp(user("ada@example.com"));

  await sendEmail({ to: { userId: "u-1" }, ...WELCOME }, jobInMemory("job-1").run());

  expect([...sender.mails.values()].map((mail) => mail.to)).toEqual([["ada@example.com"]]);
});

it.each([
  ["a deleted user", "gone", "user-not-found"],
  ["a user that never was", "absent", "user-not-found"],
  ["a user without an address", user(), "user-without-email"],
] as const)("sends nothing to %s, and says why", async (_, found, code) => {
  const { sender, sendEmail } = setUp(found);

  const sending = sendEmail({ to: { userId: "u-1" }, ...WELCOME }, jobInMemory("job-1").run());

  await expect(sending).rejects.toMatchObject({ code, retryable: false });
  expect(sender.mails.size).toBe(0);
});

it("is one mail when the answer was lost and the job runs again", async () => {
  const { sender, sendEmail } = setUp();
  const job = jobInMemory("job-1");
  sender.answersToLose = 1;

  const first = sendEmail({ to: ["ada@example.com"], ...WELCOME }, job.run());
  await expect(first).rejects.toMatchObject({ code: "unavailable", retryable: true });
  await sendEmail({ to: ["ada@example.com"], ...WELCOME }, job.run());

  expect(sender.mails.size).toBe(1);
});

it("sends nothing again once it is noted, also when the user is gone since", async () => {
  const job = jobInMemory("job-1");
  await setUp(user("ada@example.com")).sendEmail({ to: { userId: "u-1" }, ...WELCOME }, job.run());
  const later = setUp("gone");

  const result = await later.sendEmail({ to: { userId: "u-1" }, ...WELCOME }, job.run());

  expect(result).toEqual({ template: "welcome", recipients: 1 });
  expect(later.sender.mails.size).toBe(0);
});

it("sends the mail that is made of a day's report", async () => {
  const { sender, sendEmail } = setUp();
  const parameters = { date: "2026-11-24" };

  const result = await sendEmail(
    { to: ["ada@example.com"], template: "daily-report", parameters },
    jobInMemory("job-1").run(),
  );

  expect(result).toEqual({ template: "daily-report", recipients: 1 });
  expect([...sender.mails.values()].map(({ subject }) => subject)).toEqual(["Report 2026-11-24"]);
});
