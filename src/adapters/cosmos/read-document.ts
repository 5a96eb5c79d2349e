import type { Container } from "@azure/cosmos";

import { calling } from "./cosmos-errors.ts";

/** Reads the document whose id is its partition key. @returns undefined when there is none. */
export const readDocument = async (
  open: () => Promise<Container>,
  id: string,
): Promise<unknown> => {
  const response: { readonly resource?: unknown } = await calling(open, (container) =>
    container.item(id, id).read(),
  );
  return response.resource;
};
