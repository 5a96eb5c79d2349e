/** Deployments of Bicep to a resource group. */
import * as z from "zod";

import { az } from "./az.ts";

export interface Deployment {
  readonly group: string;
  /** A later deployment of the same name takes the place of this one in the group's list. */
  readonly name: string;
  /** A `.bicepparam` file, which names its template. */
  readonly parameters: string;
}

const argumentsOf = ({ group, name, parameters }: Deployment): readonly string[] => [
  "--resource-group",
  group,
  "--name",
  name,
  "--parameters",
  parameters,
];

const deploymentSchema = z.object({
  properties: z.object({
    outputs: z.record(z.string(), z.object({ value: z.string() })).nullish(),
  }),
});

/** @returns the outputs of the template. */
export const deploy = async (deployment: Deployment): Promise<Readonly<Record<string, string>>> => {
  const { properties } = await az(
    ["deployment", "group", "create", ...argumentsOf(deployment)],
    deploymentSchema,
  );
  return Object.fromEntries(
    Object.entries(properties.outputs ?? {}).map(([name, { value }]) => [name, value]),
  );
};

const changeSchema = z.object({
  resourceId: z.string(),
  changeType: z.string(),
  delta: z.array(z.object({ path: z.string(), propertyChangeType: z.string() })).nullish(),
});
export type Change = z.infer<typeof changeSchema>;

/** @returns what the deployment would change, without what stays as it is. */
export const whatIf = async (deployment: Deployment): Promise<readonly Change[]> => {
  const command = ["deployment", "group", "what-if", ...argumentsOf(deployment)];
  const { changes } = await az(
    [...command, "--no-pretty-print"],
    z.object({ changes: z.array(changeSchema) }),
  );
  return changes.filter(({ changeType }) => !["NoChange", "Ignore"].includes(changeType));
};
