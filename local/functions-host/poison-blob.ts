import { queueService } from "./storage-clients.ts";

const QUEUE = "webjobs-blobtrigger-poison";

interface PoisonBlob {
  readonly FunctionId: string;
  readonly BlobType: string;
  readonly ContainerName: string;
  readonly BlobName: string;
  readonly ETag: string;
}

/** Puts a blob that its function cannot process where an operator finds it, in Azure's words. */
export const reportPoisonBlob = async (
  environment: NodeJS.ProcessEnv,
  connection: string,
  blob: PoisonBlob,
): Promise<void> => {
  const service = await queueService(environment, connection);
  const queue = service.getQueueClient(QUEUE);
  await queue.createIfNotExists();
  const message = JSON.stringify({ Type: "BlobTrigger", ...blob }, null, 2);
  await queue.sendMessage(Buffer.from(message).toString("base64"));
};
