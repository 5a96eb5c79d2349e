import { randomUUID } from "node:crypto";

import type { Mail, MailSender } from "../../src/domain/mail/mail.ts";

export const sampleMail = (changes: Partial<Mail> = {}): Mail => ({
  to: ["manager@example.com"],
  subject: `Report ${randomUUID()}`,
  html: '<p>Hello <b>&amp; welcome</b></p><img src="cid:chart" alt="A chart">',
  text: "Hello & welcome",
  attachments: [
    {
      name: "chart.png",
      contentType: "image/png",
      content: new Uint8Array([1, 2, 3]),
      contentId: "chart",
    },
  ],
  ...changes,
});

interface Subject {
  readonly sender: MailSender;
  /** Subjects of the mails that the service has taken. */
  readonly subjects: () => Promise<readonly string[]>;
  /** The next mail is taken, and nobody hears of it. */
  readonly loseNextAnswer: () => Promise<void>;
}

/** What every mail sender keeps to. */
export const describeMailSender = (name: string, make: () => Subject): void => {
  describe(`${name} as a MailSender`, () => {
    it("sends a mail", async () => {
      const { sender, subjects } = make();
      const mail = sampleMail();

      await sender.send(mail, randomUUID());

      expect(await subjects()).toContain(mail.subject);
    });

    it("takes internationalised addresses", async () => {
      const { sender, subjects } = make();
      const mail = sampleMail({ to: ["jörg@xn--bcher-kva.example"] });

      await sender.send(mail, randomUUID());

      expect(await subjects()).toContain(mail.subject);
    });

    it("makes one mail of a key, however often it is sent", async () => {
      const { sender, subjects } = make();
      const mail = sampleMail();
      const key = randomUUID();

      await Promise.all(Array.from({ length: 5 }, () => sender.send(mail, key)));
      await sender.send(mail, key);

      expect((await subjects()).filter((subject) => subject === mail.subject)).toHaveLength(1);
    });

    it("makes one mail of a key whose answer was lost", async () => {
      const { sender, subjects, loseNextAnswer } = make();
      const mail = sampleMail();
      const key = randomUUID();
      await loseNextAnswer();

      await expect(sender.send(mail, key)).rejects.toMatchObject({
        code: "unavailable",
        retryable: true,
      });
      await sender.send(mail, key);

      expect((await subjects()).filter((subject) => subject === mail.subject)).toHaveLength(1);
    });

    it("refuses for good what is no address", async () => {
      const { sender, subjects } = make();
      const mail = sampleMail({ to: ["nobody"] });

      await expect(sender.send(mail, randomUUID())).rejects.toMatchObject({
        code: "mail-refused",
        retryable: false,
      });
      expect(await subjects()).not.toContain(mail.subject);
    });
  });
};
