import * as z from "zod";

import { MAIL_ACCESS_KEY } from "../../local/email/access-key.ts";
import { CommunicationMailSender } from "../../src/adapters/email/communication-mail-sender.ts";

const mailsSchema = z.object({
  value: z.array(
    z.object({ id: z.string(), message: z.object({ content: z.object({ subject: z.string() }) }) }),
  ),
});
const countsSchema = z.object({ sends: z.int(), repeats: z.int() });

/** The application's sender, with the key of the sink unless told. */
export const senderTo = (endpoint: string, key = MAIL_ACCESS_KEY): CommunicationMailSender =>
  new CommunicationMailSender(
    {
      connectionString: `endpoint=${endpoint}/;accesskey=${key}`,
      sender: "donotreply@shop.example",
    },
    () => Promise.reject(new Error("The identity is not needed.")),
  );

/** What a test asks of the mail sink beside mail. */
export const mailSinkAt = (endpoint: string) => {
  const get = (path: string): Promise<Response> => fetch(new URL(path, endpoint));
  return {
    get,
    subjects: async () => {
      const { value } = mailsSchema.parse(await (await get("/api/mails")).json());
      return value.map(({ message }) => message.content.subject);
    },
    counts: async () => countsSchema.parse(await (await get("/_counts")).json()),
    fault: async (rule: Record<string, unknown>): Promise<void> => {
      const response = await fetch(new URL("/_faults", endpoint), {
        method: "POST",
        body: JSON.stringify(rule),
      });
      expect(response.status).toBe(200);
    },
  };
};
