/** The trigger of jobs as it would be with one message for each call. */
import { runJobsFunction as runBatchesFunction } from "../../src/functions/jobs/run-jobs.ts";

export const runJobsFunction = (
  ...uses: Parameters<typeof runBatchesFunction>
): ReturnType<typeof runBatchesFunction> => {
  const { handler, ...trigger } = runBatchesFunction(...uses);
  return {
    ...trigger,
    cardinality: "one",
    handler: (message, context) => handler([message], context),
  };
};
