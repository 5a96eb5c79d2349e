/**
 * `npm run azure`: the local services alone, for `func start`, for tests and for other applications.
 *
 *     npm run azure -- [--services cosmos,storage] [--data DIR] [--service-bus-config FILE]
 *         [--cosmos-without-fsync]
 *
 * All services together get what Stockroom expects to find: its database, containers and queues. Some of
 * them stay as they are, empty, for whoever asked for them.
 *
 * Prints one line of JSON with what a client needs to connect, once all are ready. Started with an IPC
 * channel, it also sends that object to its parent, and stops when the parent is gone.
 */
// Imported by name it would bring text decoders along, which take long to load.
const { parseArgs } = process.getBuiltinModule("node:util");

import { readPorts } from "./ports.ts";
import { ALL_SERVICES, parseServiceNames, startServices } from "./services.ts";
import { exitOnFailure, stopOnSignals } from "./signals.ts";

/** Loaded only where it is needed: the SDKs take longer to load than a service takes to start. */
const provisionAll = async (endpoints: Readonly<Record<string, string>>): Promise<void> => {
  const [{ provision }, { settingsFor }] = await Promise.all([
    import("./provision.ts"),
    import("./settings.ts"),
  ]);
  await provision(settingsFor(endpoints));
};

const run = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      services: { type: "string" },
      data: { type: "string", default: ".local" },
      "service-bus-config": { type: "string" },
      "cosmos-without-fsync": { type: "boolean", default: false },
    },
  });
  const serviceBusConfigFile = values["service-bus-config"];
  const { services } = values;
  const names = services === undefined ? ALL_SERVICES : parseServiceNames(services);
  const azure = await startServices(names, {
    ports: readPorts(process.env),
    dataDir: values.data,
    cosmosWithoutFsync: values["cosmos-without-fsync"],
    ...(serviceBusConfigFile !== undefined && { serviceBusConfigFile }),
  });
  stopOnSignals(azure.stop);
  if (services === undefined) await provisionAll(azure.endpoints);
  process.send?.(azure.endpoints);
  console.log(JSON.stringify(azure.endpoints));
};

await exitOnFailure(run);
