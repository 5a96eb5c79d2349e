/**
 * The part of the language of Azure Pipelines that this pipeline uses, and nothing else: a misspelt key is
 * an error. The published schema is in no package; this one knows also what each task asks for.
 */
import * as z from "zod";

const text = z.string().min(1);
/** A runtime condition: balanced, and made of the functions that there are. */
const condition = text.refine(
  (value) =>
    [...value.matchAll(/([A-Za-z]+)\(/g)].every(([, name]) =>
      ["and", "eq", "ne", "succeeded", "succeededOrFailed"].includes(name ?? ""),
    ) && value.split("(").length === value.split(")").length,
  "is no condition",
);
/** Longer scripts are files, which can be run and tested on a laptop. */
const oneLine = text.refine((value) => !value.includes("\n"), "is longer than one line");

const common = {
  displayName: text.optional(),
  condition: condition.optional(),
  continueOnError: z.boolean().optional(),
};

const task = <N extends string, I extends z.ZodRawShape>(name: N, inputs: I) =>
  z.strictObject({ task: z.literal(name), inputs: z.strictObject(inputs), ...common });

const azureCli = task("AzureCLI@2", {
  azureSubscription: text,
  scriptType: z.literal("bash"),
  scriptLocation: z.literal("inlineScript"),
  inlineScript: oneLine,
});

const stepSchema = z.union([
  z.strictObject({ checkout: z.literal("self"), fetchDepth: z.int(), ...common }),
  z.strictObject({ script: oneLine, ...common }),
  z.strictObject({ publish: text, artifact: text, ...common }),
  z.strictObject({ download: z.literal("current"), artifact: text, ...common }),
  azureCli,
  task("NodeTool@0", { versionSpec: text }),
  task("Cache@2", { key: text, restoreKeys: text, path: text }),
  task("PublishTestResults@2", {
    testResultsFormat: z.literal("JUnit"),
    testResultsFiles: text,
    testRunTitle: text,
    failTaskOnMissingResultsFile: z.literal(true),
  }),
  task("PublishCodeCoverageResults@2", { summaryFileLocation: text }),
  task("DownloadPipelineArtifact@2", {
    buildType: z.literal("specific"),
    project: text,
    definition: text,
    buildVersionToDownload: z.literal("latest"),
    tags: text,
    allowPartiallySucceededBuilds: z.boolean(),
    allowFailedBuilds: z.boolean(),
    artifactName: text,
    targetPath: text,
  }),
]);
export type Step = z.infer<typeof stepSchema>;

const name = z.string().regex(/^\w+$/);
const steps = z.array(stepSchema).min(1);
const job = { displayName: text.optional(), timeoutInMinutes: z.int().optional() };

const jobSchema = z.union([
  z.strictObject({ job: name, ...job, steps }),
  z.strictObject({
    deployment: name,
    ...job,
    environment: text,
    strategy: z.strictObject({
      runOnce: z.strictObject({ deploy: z.strictObject({ steps }) }),
    }),
  }),
]);

const stageSchema = z.strictObject({
  stage: name,
  displayName: text.optional(),
  dependsOn: name.optional(),
  condition: condition.optional(),
  lockBehavior: z.literal("sequential").optional(),
  jobs: z.array(jobSchema).min(1),
});
export type Stage = z.infer<typeof stageSchema>;

const branches = z.strictObject({
  branches: z.strictObject({ include: z.array(text).min(1) }),
});

export const pipelineSchema = z.strictObject({
  name: text,
  trigger: branches,
  pr: branches,
  pool: z.strictObject({ vmImage: text }),
  stages: z.array(stageSchema).min(1),
});

export const stepsOf = (stage: Stage): readonly Step[] =>
  stage.jobs.flatMap((one) => ("steps" in one ? one.steps : one.strategy.runOnce.deploy.steps));

/** What a step runs in a shell, if it does. */
export const commandOf = (step: Step): string | undefined => {
  if ("script" in step) return step.script;
  return "task" in step && step.task === "AzureCLI@2" ? step.inputs.inlineScript : undefined;
};
