/** A Stockroom whose jobs call an HTTP sink, and where whatever a dead process held is taken up soon. */
import { type Client, clientOf } from "./client.ts";
import { type HttpSink, startHttpSink } from "./http-sink.ts";
import { type LocalStockroom, startLocalStockroom } from "./stockroom.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

export interface JobLab {
  readonly stockroom: LocalStockroom;
  /** An admin's. */
  readonly client: Client;
  readonly sink: HttpSink;
  /** Beside those of the local services; for a second host. */
  readonly settings: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

export const startJobLab = async (): Promise<JobLab> => {
  const sink = await startHttpSink(SECRET);
  const settings = {
    CALL_EXEMPT_HOSTS: `127.0.0.1:${sink.port}`,
    CALL_SIGNING_SECRET: SECRET,
    JOB_LEASE_SECONDS: "3",
    JOBS_SWEEP_SCHEDULE: "*/2 * * * * *",
    UPKEEP_SCHEDULE: "0 0 0 1 1 *",
  };
  const stockroom = await startLocalStockroom(settings);
  return {
    stockroom,
    client: clientOf(stockroom),
    sink,
    settings,
    stop: async () => {
      await stockroom.stop();
      await sink.stop();
    },
  };
};
