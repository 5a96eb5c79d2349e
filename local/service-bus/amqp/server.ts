/** Listens for AMQP connections. */
import { createServer, type Server, type Socket } from "node:net";

import rhea, { type Connection, type Container } from "rhea";

import type { Broker } from "./broker.ts";
import { MAX_FRAME_BYTES } from "./frame-guard.ts";
import { Links } from "./links.ts";
import { PeerSocket } from "./peer-socket.ts";

const HOST = "127.0.0.1";
const IDLE_TIMEOUT_MS = 120_000;
const CHANNELS = 4_999;
const SENDER_CREDIT = 1_000;

const CONNECTION_OPTIONS = {
  max_frame_size: MAX_FRAME_BYTES,
  channel_max: CHANNELS,
  idle_time_out: IDLE_TIMEOUT_MS,
  receiver_options: { autoaccept: false, autosettle: true, credit_window: SENDER_CREDIT },
  sender_options: { treat_modified_as_released: false },
};

/** An event that nobody listens to would end the process; the peer socket tells the client. */
const ENDINGS = [
  "connection_error",
  "connection_close",
  "session_error",
  "sender_error",
  "receiver_error",
  "disconnected",
  "error",
  "protocol_error",
  "settled",
];

const newContainer = (): Container => {
  const container = rhea.create_container({ id: "stockroom-service-bus" });
  const mechanisms = container.sasl_server_mechanisms;
  mechanisms.enable_anonymous();
  mechanisms.enable_plain(() => true);
  mechanisms["MSSBCBS"] = mechanisms["ANONYMOUS"];
  for (const event of ENDINGS) container.on(event, () => undefined);
  return container;
};

export class AmqpServer {
  readonly #server: Server;
  readonly #container = newContainer();
  readonly #links: Links;
  readonly #peers = new Map<PeerSocket, Connection>();

  constructor(broker: Broker) {
    this.#links = new Links(broker);
    this.#links.listen(this.#container);
    this.#server = createServer((socket) => this.#accept(socket));
  }

  get server(): Server {
    return this.#server;
  }

  async listen(port: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(port, HOST, () => resolve());
    await promise;
    this.#server.off("error", reject);
  }

  /** Closes all connections with a reason; clients connect again. */
  dropAll(condition: string, description: string): void {
    for (const peer of this.#peers.keys()) peer.refuse(condition, description);
  }

  /** Closes the links to entities that are gone. */
  closeLinksTo(paths: readonly string[]): void {
    this.#links.closeTo(paths);
  }

  /** Cuts a connection without a word. */
  drop(connection: Connection): void {
    for (const [peer, known] of this.#peers) if (known === connection) peer.destroy();
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.dropAll("amqp:connection:forced", "The broker is shutting down.");
    // Those that are not through with opening have no way to be told.
    setTimeout(() => {
      for (const peer of this.#peers.keys()) peer.destroy();
    }, 100).unref();
    await promise;
  }

  #accept(socket: Socket): void {
    const peer = new PeerSocket(socket);
    const connection = this.#container.create_connection(CONNECTION_OPTIONS).accept(peer);
    peer.use(connection);
    this.#peers.set(peer, connection);
    socket.once("close", () => {
      this.#peers.delete(peer);
      this.#links.goneWhere((link) => link.connection === connection);
    });
  }
}
