/**
 * Shows what a deployment of the infrastructure would change, and stops when it would delete something:
 *
 *     node scripts/deploy/what-if.ts --group GROUP --parameters infra/environments/dev.bicepparam
 *
 * A deletion that is meant is allowed by `--allow-delete RESOURCE_ID`, as often as there are resources.
 */
import { parseArgs } from "node:util";

import { type Change, whatIf } from "./steps/deployment.ts";
import { required, runStep } from "./steps/step.ts";

const SIGNS: Readonly<Record<string, string>> = { Create: "+", Delete: "-", Modify: "~" };

const shortId = (id: string): string => id.split("/providers/").slice(1).join("/providers/");

const describeChange = ({ resourceId, changeType, delta }: Change): string => {
  const properties = (delta ?? []).map(
    (change) => `\n      ${change.propertyChangeType} ${change.path}`,
  );
  return `  ${SIGNS[changeType] ?? " "} ${changeType} ${shortId(resourceId)}${properties.join("")}`;
};

await runStep(async () => {
  const { values } = parseArgs({
    options: {
      group: { type: "string" },
      parameters: { type: "string" },
      name: { type: "string", default: "stockroom" },
      "allow-delete": { type: "string", multiple: true, default: [] },
    },
  });
  const changes = await whatIf({
    group: required(values, "group"),
    parameters: required(values, "parameters"),
    name: values.name,
  });
  console.log(changes.length === 0 ? "Nothing would change." : "The deployment would change:");
  for (const change of changes) console.log(describeChange(change));

  const allowed = new Set(values["allow-delete"].map((id) => id.toLowerCase()));
  const deleted = changes
    .filter(({ changeType }) => changeType === "Delete")
    .filter(({ resourceId }) => !allowed.has(resourceId.toLowerCase()));
  if (deleted.length === 0) return;
  const ids = deleted.map(({ resourceId }) => `  ${resourceId}`).join("\n");
  throw new Error(
    `The deployment would delete:\n${ids}\nIf that is meant, name each with --allow-delete.`,
  );
});
