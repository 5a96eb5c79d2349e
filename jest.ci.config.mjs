import local from "./jest.config.mjs";

/** The same tests, with the files that the pipeline publishes. @type {import("jest").Config} */
export default {
  ...local,
  ci: true,
  collectCoverage: true,
  coverageReporters: ["cobertura", "text-summary"],
  reporters: ["default", ["jest-junit", { outputDirectory: "coverage", outputName: "junit.xml" }]],
};
