import { describeMailSender } from "../../../contract/mail-sender.ts";
import { MemoryMailSender } from "../../../helpers/memory-mail-sender.ts";

describeMailSender("MemoryMailSender", () => {
  const sender = new MemoryMailSender();
  return {
    sender,
    subjects: () => Promise.resolve([...sender.mails.values()].map(({ subject }) => subject)),
    loseNextAnswer: () => {
      sender.answersToLose = 1;
      return Promise.resolve();
    },
  };
});
