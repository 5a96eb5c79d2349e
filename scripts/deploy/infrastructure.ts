/**
 * Deploys the infrastructure of one environment, and hands its outputs on to the steps after it:
 *
 *     node scripts/deploy/infrastructure.ts --group GROUP --parameters infra/environments/dev.bicepparam
 */
import { parseArgs } from "node:util";

import { deploy } from "./steps/deployment.ts";
import { required, runStep } from "./steps/step.ts";

await runStep(async () => {
  const { values } = parseArgs({
    options: {
      group: { type: "string" },
      parameters: { type: "string" },
      name: { type: "string", default: "stockroom" },
    },
  });
  const outputs = await deploy({
    group: required(values, "group"),
    parameters: required(values, "parameters"),
    name: values.name,
  });
  for (const [name, value] of Object.entries(outputs)) {
    console.log(`${name}=${value}`);
    if (process.env["TF_BUILD"] !== undefined)
      console.log(`##vso[task.setvariable variable=${name}]${value}`);
  }
});
