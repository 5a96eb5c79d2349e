import { resolveExpressions } from "./binding-expressions.ts";
import { connectionName } from "./connections.ts";
import type { CosmosClients } from "./cosmos-clients.ts";
import { isRecord, parseJson } from "./json-value.ts";
import type { AppFunction, BindingData, Invocation } from "./invoke.ts";
import { outputMessages } from "./message-outputs.ts";
import type { ServiceBusClients } from "./service-bus-clients.ts";
import { blobService, queueService } from "./storage-clients.ts";
import type { Binding, OutputDatum } from "./wire.ts";

export interface OutputServices {
  readonly environment: NodeJS.ProcessEnv;
  readonly serviceBus: ServiceBusClients;
  readonly cosmos: CosmosClients;
  /** As `extensions.queues.messageEncoding` of host.json. */
  readonly queueEncoding: string;
}

interface Output {
  readonly binding: Binding;
  readonly datum: OutputDatum;
  readonly invocation: Invocation;
  readonly invocationId: string;
}

const optionOf = ({ binding, invocation }: Output, ...names: readonly string[]): string => {
  for (const name of names) {
    const value = binding[name];
    if (typeof value === "string" && value !== "") return resolveExpressions(value, invocation);
  }
  throw new Error(`An output of type '${binding.type}' needs the option '${names.join("' or '")}'`);
};

const writeServiceBus = async (output: Output, { serviceBus }: OutputServices): Promise<void> => {
  const messages = outputMessages(output.datum, { allowBytes: false });
  const sender = await serviceBus.sender(
    connectionName(output.binding["connection"], "ServiceBus"),
    optionOf(output, "queueName", "topicName"),
  );
  for (const body of messages)
    // oxlint-disable-next-line no-await-in-loop -- messages keep their order
    await sender.sendMessages({
      body: Buffer.from(body),
      contentType: "text/plain",
      applicationProperties: { $AzureWebJobsParentId: output.invocationId },
    });
};

const writeQueue = async (output: Output, services: OutputServices): Promise<void> => {
  const connection = connectionName(output.binding["connection"], "AzureWebJobsStorage");
  const service = await queueService(services.environment, connection);
  const queue = service.getQueueClient(optionOf(output, "queueName"));
  await queue.createIfNotExists();
  for (const message of outputMessages(output.datum, { allowBytes: true })) {
    const bytes = Buffer.from(message);
    const isBare = services.queueEncoding.toLowerCase() === "none";
    // oxlint-disable-next-line no-await-in-loop -- messages keep their order
    await queue.sendMessage(isBare ? bytes.toString("utf8") : bytes.toString("base64"));
  }
};

const blobBytes = ({ string, json, bytes }: OutputDatum): Uint8Array => {
  const text = string ?? json;
  if (bytes !== undefined) return bytes;
  if (text === undefined || text === "true" || text === "false")
    throw new Error("A blob output holds text, an object or bytes, not a number or a boolean");
  return Buffer.from(text);
};

const writeBlob = async (output: Output, { environment }: OutputServices): Promise<void> => {
  const content = blobBytes(output.datum);
  const connection = connectionName(output.binding["connection"], "AzureWebJobsStorage");
  const service = await blobService(environment, connection);
  const [containerName = "", ...name] = optionOf(output, "path", "blobPath").split("/");
  const container = service.getContainerClient(containerName);
  await container.createIfNotExists();
  await container.getBlockBlobClient(name.join("/")).upload(content, content.length);
};

const writeCosmos = async (output: Output, { cosmos }: OutputServices): Promise<void> => {
  const value = parseJson(output.datum.json ?? output.datum.string ?? "");
  const documents: readonly unknown[] = Array.isArray(value) ? value : [value];
  const database = optionOf(output, "databaseName");
  const id = optionOf(output, "containerName", "collectionName");
  const client = await cosmos.client(connectionName(output.binding["connection"], "Cosmos"));
  const container =
    output.binding["createIfNotExists"] === true
      ? (
          await client.database(database).containers.createIfNotExists({
            id,
            partitionKey: optionOf(output, "partitionKey"),
          })
        ).container
      : client.database(database).container(id);
  for (const document of documents) {
    if (!isRecord(document)) throw new Error("A Cosmos DB output holds objects");
    // oxlint-disable-next-line no-await-in-loop -- documents keep their order
    await container.items.upsert(document);
  }
};

const WRITERS: Readonly<
  Record<string, (output: Output, services: OutputServices) => Promise<void>>
> = {
  servicebus: writeServiceBus,
  queue: writeQueue,
  blob: writeBlob,
  cosmosdb: writeCosmos,
  // The server writes it, as the answer.
  http: () => Promise.resolve(),
};

const writerOf = ({ type }: Binding) => {
  const name = type.toLowerCase();
  return Object.hasOwn(WRITERS, name) ? WRITERS[name] : undefined;
};

/** @throws {Error} that names the function when it has an input or output that this host lacks. */
export const checkBindings = (fn: AppFunction): void => {
  for (const binding of Object.values(fn.metadata.bindings)) {
    const isTrigger = /trigger$/i.test(binding.type);
    if (binding.direction === "in" && !isTrigger)
      throw new Error(
        `Function '${fn.name}' has an input binding of type '${binding.type}', which the local host does not have: read it through its SDK.`,
      );
    if (binding.direction === "out" && writerOf(binding) === undefined)
      throw new Error(
        `Function '${fn.name}' has an output binding of type '${binding.type}', which the local host does not have.`,
      );
  }
};

/** Writes what the output bindings of an invocation hold; `http` is written by the server. */
export const bindingData = (services: OutputServices): BindingData => ({
  write: async (fn, response, invocation) => {
    const outputs = response.outputData.flatMap(({ name, data }) => {
      const binding = fn.metadata.bindings[name];
      return binding === undefined ? [] : [{ binding, datum: data }];
    });
    const returned = fn.metadata.bindings["$return"];
    if (returned !== undefined && response.returnValue)
      outputs.push({ binding: returned, datum: response.returnValue });
    outputs.push(...namedByReturn(fn, response.returnValue ?? undefined));
    await Promise.all(
      outputs.map(async ({ binding, datum }) => {
        const { invocationId } = response;
        await writerOf(binding)?.({ binding, datum, invocation, invocationId }, services);
      }),
    );
  },
});

/** Without a return binding, keys of a returned object that name outputs are written to them. */
const namedByReturn = (fn: AppFunction, returned: OutputDatum | undefined) => {
  if (fn.metadata.bindings["$return"] !== undefined || returned?.json === undefined) return [];
  const value = parseJson(returned.json);
  if (!isRecord(value)) return [];
  return Object.entries(fn.metadata.bindings).flatMap(([name, binding]) =>
    binding.direction === "out" && value[name] !== undefined && value[name] !== null
      ? [{ binding, datum: toDatum(value[name]) }]
      : [],
  );
};

const toDatum = (value: unknown): OutputDatum =>
  typeof value === "string" ? { string: value } : { json: JSON.stringify(value) };
