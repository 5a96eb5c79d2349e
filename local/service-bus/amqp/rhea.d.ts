/**
 * The parts of rhea that the broker uses. The package's own types leave out what is beneath its events,
 * which is where a broker has to reach to answer exactly what Service Bus answers.
 */
declare module "rhea" {
  import type { EventEmitter } from "node:events";
  import type { Server } from "node:net";

  /** A value that knows its AMQP type. */
  export interface Typed {
    readonly value: unknown;
  }

  export interface AmqpError {
    readonly condition: string;
    readonly description: string;
  }

  export interface Terminus {
    readonly address?: string | null;
    readonly filter?: Readonly<Record<string, unknown>> | null;
  }

  export interface Attach {
    source?: unknown;
    target?: unknown;
    snd_settle_mode?: number;
    rcv_settle_mode?: number;
    max_message_size?: number;
    properties?: Readonly<Record<string, unknown>>;
  }

  interface EndpointState {
    local_open: boolean;
    readonly remote_open: boolean;
    open_requests: number;
  }

  export interface LinkBase extends EventEmitter {
    on(event: string, listener: (context: EventContext) => void): this;
    readonly name: string;
    readonly source: Terminus | null;
    readonly target: Terminus | null;
    readonly snd_settle_mode?: number;
    readonly rcv_settle_mode?: number;
    readonly properties?: Readonly<Record<string, unknown>> | null;
    readonly session: Session;
    readonly connection: Connection;
    readonly state: EndpointState;
    readonly local: { readonly attach: Attach; readonly handle: number };
    readonly remote: { readonly attach?: Attach };
    delivery_count: number;
    credit: number;
    set_source(fields: object): void;
    set_target(fields: object): void;
    open(): void;
    close(error?: AmqpError): void;
    is_open(): boolean;
    is_receiver(): boolean;
    remove(): void;
    _process(): void;
  }

  export interface Sender extends LinkBase {
    _draining: boolean;
    _drained: boolean;
    _get_drain: () => boolean;
    send(message: Buffer, tag: Buffer | undefined, format: number): Delivery;
    sendable(): boolean;
    set_drained(drained: boolean): void;
  }

  export interface Receiver extends LinkBase {
    _incomplete?: Delivery;
    add_credit(credit: number): void;
  }

  export type Link = Sender | Receiver;

  export interface Delivery {
    readonly id: number;
    readonly tag: Buffer;
    readonly link: Link;
    settled: boolean;
    remote_settled: boolean;
    accept(): void;
    readonly remote_state?: unknown;
    frames?: Buffer[];
  }

  export interface TransferFrame {
    readonly performative: { message_format?: number; aborted?: boolean; more?: boolean };
    payload?: Buffer;
  }

  export interface AttachFrame {
    readonly performative: { readonly name: string };
  }

  export interface DispositionFrame {
    readonly performative: {
      readonly role?: boolean;
      readonly first: number;
      readonly last?: number;
      readonly state?: unknown;
    };
  }

  export interface Session {
    readonly connection: Connection;
    readonly incoming: { on_transfer(frame: TransferFrame, receiver: Receiver): void };
    readonly outgoing: { available(): number };
    readonly links: Readonly<Record<string, Link | undefined>>;
    on_attach(frame: AttachFrame): void;
    on_disposition(frame: DispositionFrame): void;
    output(frame: object): void;
    is_open(): boolean;
    each_sender(action: (sender: Sender) => void): void;
  }

  export interface Connection extends EventEmitter {
    readonly saved_error?: Error;
    readonly state: EndpointState;
    accept(socket: EventEmitter): Connection;
    open_sender(options: object): Sender;
    open_receiver(options: object): Receiver;
    open(): void;
    close(error?: AmqpError): void;
    is_closed(): boolean;
    _register(): void;
  }

  export interface EventContext {
    readonly connection: Connection;
    readonly session: Session;
    readonly sender: Sender;
    readonly receiver: Receiver;
    readonly delivery: Delivery;
    readonly message: Buffer;
    readonly format: number;
  }

  export interface Container extends EventEmitter {
    readonly sasl_server_mechanisms: Record<string, unknown> & {
      enable_anonymous(): void;
      enable_plain(check: (user: string, password: string) => boolean): void;
    };
    create_connection(options: object): Connection;
    connect(options: object): Connection;
    listen(options: object): Server;
    on(event: string, listener: (context: EventContext) => void): this;
  }

  const rhea: {
    create_container(options: object): Container;
    readonly types: {
      wrap_long(value: Buffer | number): Typed;
      wrap_map(entries: Readonly<Record<string, Typed>>): Typed;
      wrap_timestamp(ms: number): Typed;
      wrap_uuid(bytes: Buffer): Typed;
      readonly Writer: new () => {
        write(value: Typed): void;
        toBuffer(): Buffer;
      };
    };
    readonly message: {
      accepted(): { described(): object };
      rejected(fields: { error: AmqpError & { readonly info?: object } }): { described(): object };
      modified(fields: { undeliverable_here?: boolean; message_annotations?: object }): {
        described(): object;
      };
    };
  };
  export default rhea;
}

declare module "rhea/lib/frames.js" {
  const frames: {
    disposition(fields: {
      role: boolean;
      first: number;
      last: number;
      settled: boolean;
      state: object;
    }): object;
  };
  export default frames;
}
