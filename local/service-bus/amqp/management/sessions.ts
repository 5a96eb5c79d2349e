import { binary, int, list, NULL, string, timestamp } from "../../codec/write.ts";
import { heldSession, renewSession, setSessionState } from "../../engine/receiving.ts";
import { bodyOf, type Operation } from "./operation.ts";

export const renewSessionLock: Operation = ({ entity, arguments: args }) =>
  bodyOf({ expiration: timestamp(renewSession(entity, args.text("session-id"))) });

export const getSessionState: Operation = ({ entity, arguments: args }) => {
  const { state } = heldSession(entity, args.text("session-id"));
  return bodyOf({ "session-state": state === null ? NULL : binary(state) });
};

export const setSessionStateOperation: Operation = ({ entity, arguments: args }) => {
  const state = args.optionalBytes("session-state");
  setSessionState(entity, args.text("session-id"), state === null ? null : Buffer.from(state));
  return bodyOf({});
};

export const getMessageSessions: Operation = ({ entity, arguments: args }) => {
  const skip = args.optionalNumber("skip", 0);
  const top = args.optionalNumber("top", 100);
  const ids = entity.sessions?.ids.slice(skip, skip + top) ?? [];
  if (ids.length === 0) return null;
  return bodyOf({ skip: int(skip), "sessions-ids": list(ids.map(string)) });
};
