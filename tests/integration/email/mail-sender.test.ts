import { randomUUID } from "node:crypto";

import PostalMime from "postal-mime";

import { type MailSink, startMailSink } from "../../../local/email/start.ts";
import { describeMailSender, sampleMail } from "../../contract/mail-sender.ts";
import { startLocalAzure } from "../../helpers/local-azure.ts";
import { mailSinkAt, senderTo } from "../../helpers/mail-sink.ts";
import { temporaryFolder } from "../../helpers/program.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let sink: MailSink;

beforeAll(async () => {
  folder = await temporaryFolder();
  sink = await startMailSink({ port: 0, dataDir: folder.path });
});

afterAll(async () => {
  await sink.stop();
  await folder.remove();
});

describeMailSender("CommunicationMailSender", () => ({
  sender: senderTo(sink.endpoint),
  subjects: () => mailSinkAt(sink.endpoint).subjects(),
  loseNextAnswer: () => mailSinkAt(sink.endpoint).fault({ loseAnswer: true, times: 1 }),
}));

const textOf = async (path: string): Promise<string> =>
  (await mailSinkAt(sink.endpoint).get(path)).text();

describe("a mail in the sink", () => {
  it("is a file that other programs read", async () => {
    const mail = sampleMail({
      to: ["manager@example.com", "jörg@xn--bcher-kva.example"],
      subject: "Tagesübersicht – größte Posten",
      attachments: [
        ...sampleMail().attachments,
        { name: "zähler.csv", contentType: "text/csv", content: Buffer.from("a;b\r\n") },
      ],
    });
    const key = randomUUID();

    await senderTo(sink.endpoint).send(mail, key);

    const read = await PostalMime.parse(await textOf(`/mails/${key}/mail.eml`));
    expect(read).toMatchObject({
      subject: mail.subject,
      from: { address: "donotreply@shop.example" },
      text: `${mail.text}\n`,
      html: `${mail.html}\n`,
    });
    expect(read.to?.map(({ address }) => address)).toEqual([
      "manager@example.com",
      expect.stringMatching(/^jörg@(?:bücher|xn--bcher-kva)\.example$/u),
    ]);
    expect(
      read.attachments.map(({ filename, mimeType, contentId, disposition, content }) => ({
        filename,
        mimeType,
        contentId,
        disposition,
        bytes: typeof content === "string" ? content.length : content.byteLength,
      })),
    ).toEqual([
      {
        filename: "chart.png",
        mimeType: "image/png",
        contentId: "<chart>",
        disposition: "inline",
        bytes: 3,
      },
      { filename: "zähler.csv", mimeType: "text/csv", disposition: "attachment", bytes: 5 },
    ]);
  });

  it("shows its HTML with the pictures it carries, in a frame that runs nothing", async () => {
    const mail = sampleMail();
    const key = randomUUID();
    await senderTo(sink.endpoint).send(mail, key);

    const response = await mailSinkAt(sink.endpoint).get(`/mails/${key}/html`);

    expect(await response.text()).toBe(
      `<base target="_blank">${mail.html.replace("cid:chart", "data:image/png;base64,AQID")}`,
    );
    expect(response.headers.get("content-security-policy")).toMatch(
      /^sandbox (?!.*allow-scripts).*; default-src 'none'/u,
    );
    expect(await textOf(`/mails/${key}`)).toMatch(/<iframe sandbox="(?![^"]*allow-scripts)/u);
  });

  it("shows what people wrote as text", async () => {
    const key = randomUUID();
    await senderTo(sink.endpoint).send(sampleMail({ subject: "<script>1</script>" }), key);

    for (const path of ["/", `/mails/${key}`]) {
      const page = await textOf(path);
      expect(page).toContain("&lt;script&gt;1&lt;/script&gt;");
      expect(page).not.toContain("<script>");
    }
  });

  it("is not taken when another key signed it", async () => {
    const mail = sampleMail();

    await expect(senderTo(sink.endpoint, "YW5vdGhlcg==").send(mail, randomUUID())).rejects.toThrow(
      "The signature is wrong.",
    );
    expect(await mailSinkAt(sink.endpoint).subjects()).not.toContain(mail.subject);
  });

  it("is there after a kill, and is not taken again", async () => {
    const own = await temporaryFolder();
    const start = () => startLocalAzure({ dataDir: own.path, services: "mail" });
    const mail = sampleMail();
    const key = randomUUID();
    const before = await start();
    await senderTo(before.endpoints["mail"] ?? "").send(mail, key);
    await before.kill();

    const after = await start();
    const again = mailSinkAt(after.endpoints["mail"] ?? "");
    await senderTo(after.endpoints["mail"] ?? "").send(mail, key);

    expect(await again.subjects()).toEqual([mail.subject]);
    expect(await again.counts()).toEqual({ sends: 1, repeats: 1 });
    await after.stop();
    await own.remove();
  }, 60_000);
});

describe("a mail service in trouble", () => {
  const send = (signal?: AbortSignal) =>
    senderTo(sink.endpoint).send(sampleMail(), randomUUID(), signal);

  it("says when to come back; the sender does not wait for that itself", async () => {
    await mailSinkAt(sink.endpoint).fault({ status: 429, retryAfterSeconds: 30, times: 1 });

    await expect(send()).rejects.toMatchObject({
      code: "too-many-requests",
      retryable: true,
      retryAfterMs: 30_000,
    });
  });

  it.each([
    ["fails", { status: 500 }],
    ["fails when it is asked what became of it", { on: "poll", status: 503 }],
    ["cuts the connection when it is asked", { on: "poll", loseAnswer: true }],
  ])("may take the same mail later when it %s", async (_, rule) => {
    await mailSinkAt(sink.endpoint).fault({ ...rule, times: 1 });

    await expect(send()).rejects.toMatchObject({ code: "unavailable", retryable: true });
  });

  it("may take the same mail later when nobody listens", async () => {
    const sending = senderTo("http://127.0.0.1:9").send(sampleMail(), randomUUID());

    await expect(sending).rejects.toMatchObject({ code: "unavailable", retryable: true });
  });

  it("refuses for good what it could not deliver", async () => {
    await mailSinkAt(sink.endpoint).fault({ outcome: "Failed", times: 1 });

    await expect(send()).rejects.toMatchObject({ code: "mail-refused", retryable: false });
  });

  it("refuses for good what is too large", async () => {
    const content = new Uint8Array(8 * 1024 * 1024);
    const attachments = [{ name: "a.bin", contentType: "application/octet-stream", content }];

    const sending = senderTo(sink.endpoint).send(sampleMail({ attachments }), randomUUID());

    await expect(sending).rejects.toMatchObject({ code: "mail-refused", retryable: false });
  });

  it("is not waited for once the job is told to stop", async () => {
    await mailSinkAt(sink.endpoint).fault({ latencyMs: 30_000, times: 1 });
    const controller = new AbortController();
    const sending = send(controller.signal);

    controller.abort();

    await expect(sending).rejects.toMatchObject({ code: "unavailable" });
  });
});
