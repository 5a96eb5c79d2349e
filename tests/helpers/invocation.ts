import { HttpRequest, InvocationContext } from "@azure/functions";

/** A context whose log lines are collected instead of printed. */
export const collectingContext = (): { context: InvocationContext; lines: string[] } => {
  const lines: string[] = [];
  const context = new InvocationContext({
    functionName: "test",
    invocationId: "00000000-0000-4000-8000-000000000001",
    logHandler: (_level, ...args) => void lines.push(args.map(String).join(" ")),
  });
  return { context, lines };
};

const ID = "01890000-0000-7000-8000-000000000001";
const PARAMETER = /\{\*{0,2}(?<name>\w+)(?<constraint>:[^}]*)?\}/gu;

/** A request to a route as the host would deliver it, with some value for each parameter of the path. */
export const requestTo = (
  route: { readonly method: string; readonly path: string },
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
): HttpRequest => {
  const params: Record<string, string> = {};
  const path = route.path.replaceAll(PARAMETER, (_, name: string, constraint = "") => {
    const value = constraint === ":int" ? "160" : constraint === ":guid" ? ID : "front";
    params[name] = value;
    return value;
  });
  return new HttpRequest({
    method: route.method,
    url: `http://localhost/${path}`,
    headers,
    params,
    ...(body !== undefined && { body: { string: body } }),
  });
};
