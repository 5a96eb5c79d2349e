import type { Delivery } from "rhea";

import { settleDelivery } from "./answers.ts";
import type { Broker } from "./broker.ts";

/** Settles a delivery, or fails to as the faults want it. */
export const settleUnlessFaulty = (
  { faults, dropConnection }: Broker,
  delivery: Delivery,
  state: object,
): void => {
  const { link } = delivery;
  if (faults.hits("dropConnection")) {
    dropConnection(link.connection);
  } else if (faults.hits("detachLink")) {
    settleDelivery(delivery, state);
    link.close({
      condition: "amqp:link:detach-forced",
      description: "The link was closed on demand.",
    });
  } else if (faults.hits("delaySettlement")) {
    setTimeout(() => settleDelivery(delivery, state), faults.delayMs).unref();
  } else {
    settleDelivery(delivery, state);
  }
};
