import { randomUUID } from "node:crypto";

import { type MailSink, startMailSink } from "../../../local/email/start.ts";
import { CommunicationMailSender } from "../../../src/adapters/email/communication-mail-sender.ts";
import type { Mail } from "../../../src/domain/mail/mail.ts";
import { temporaryFolder } from "../../helpers/program.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let sink: MailSink;

beforeAll(async () => {
  folder = await temporaryFolder();
  sink = await startMailSink({ port: 0, dataDir: folder.path });
}, 60_000);

afterAll(async () => {
  await sink.stop();
  await folder.remove();
});

const senderTo = (endpoint: string): CommunicationMailSender =>
  new CommunicationMailSender(
    {
      connectionString: `endpoint=${endpoint}/;accesskey=c3RvY2tyb29t`,
      sender: "donotreply@stockroom.example",
    },
    () => Promise.reject(new Error("The identity is not needed.")),
  );

const mail = (changes: Partial<Mail> = {}): Mail => ({
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

const page = async (path = "/"): Promise<string> => (await fetch(`${sink.endpoint}${path}`)).text();

const code = (wanted: string): unknown => expect.objectContaining({ code: wanted });

describe("mail", () => {
  it("arrives as it was sent", async () => {
    const sent = mail();
    const key = randomUUID();

    await senderTo(sink.endpoint).send(sent, key);

    expect(await page()).toContain(sent.subject);
    expect(await page(`/mails/${key}`)).toBe(
      sent.html.replace("cid:chart", "data:image/png;base64,AQID"),
    );
  });

  it("is one under its key, also when it is sent many times at once", async () => {
    const sent = mail();
    const key = randomUUID();
    const sender = senderTo(sink.endpoint);

    await Promise.all(Array.from({ length: 5 }, () => sender.send(sent, key)));

    expect((await page()).split(sent.subject)).toHaveLength(2);
  });

  it("is there after the service has started again", async () => {
    const sent = mail();
    await senderTo(sink.endpoint).send(sent, randomUUID());

    await sink.stop();
    sink = await startMailSink({ port: 0, dataDir: folder.path });

    expect(await page()).toContain(sent.subject);
  });

  it("is refused for good when the service does not take it", async () => {
    const sending = senderTo(sink.endpoint).send(mail({ to: ["nobody"] }), randomUUID());

    await expect(sending).rejects.toEqual(code("mail-refused"));
  });

  it("may be sent again when the service does not answer", async () => {
    const sending = senderTo("http://127.0.0.1:9").send(mail(), randomUUID());

    await expect(sending).rejects.toEqual(code("unavailable"));
  }, 60_000);

  it("shows what people wrote as text in the list", async () => {
    await senderTo(sink.endpoint).send(mail({ subject: "<script>1</script>" }), randomUUID());

    expect(await page()).toContain("&lt;script&gt;1&lt;/script&gt;");
  });
});
