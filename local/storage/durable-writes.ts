const READS: ReadonlySet<string | undefined> = new Set(["GET", "HEAD", "OPTIONS"]);

const save = async (database: LokiDatabase): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  database.saveDatabase((error) => {
    if (error === undefined || error === null) resolve();
    else reject(new Error("Azurite could not save its metadata", { cause: error }));
  });
  await promise;
};

/**
 * Makes Azurite keep what it has acknowledged.
 *
 * Azurite writes the content of a blob at once, and its metadata every five seconds: a process killed
 * in between forgets blobs it had answered 201 for. Here the answer to a write waits until a save that
 * began after it is in the file. Loki lets all that waits during one save share the next, so writers
 * that come together pay for one save together. Extents are saved before what refers to them.
 *
 * A save that fails cuts the connection: the client sees no answer, and its write may be repeated.
 */
export const makeWritesDurable = (server: AzuriteServer): void => {
  const flush = async (): Promise<void> => {
    if (server.extentMetadataStore) await save(server.extentMetadataStore.db);
    await save(server.metadataStore.db);
  };
  server.httpServer.prependListener("request", (request, response) => {
    if (READS.has(request.method)) return;
    // oxlint-disable-next-line typescript/unbound-method -- the proxy passes `this` on.
    response.end = new Proxy(response.end, {
      apply: (end, self, parts) => {
        void flush().then(
          () => void Reflect.apply(end, self, parts),
          () => response.destroy(),
        );
        return response;
      },
    });
  });
};
