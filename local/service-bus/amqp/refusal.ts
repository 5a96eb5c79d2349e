import type { AmqpError, Link } from "rhea";

/** Answers an attach with no terminus and a closing detach: the client takes the error for its own. */
export const refuse = (link: Link, error: AmqpError): void => {
  const { attach } = link.local;
  if (link.is_receiver()) attach.target = undefined;
  else attach.source = undefined;
  link.close(error);
};
