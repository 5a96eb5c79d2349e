import { routeTemplate } from "../../../local/functions-host/route-template.ts";
import { declaredFunctions } from "../../../scripts/declared-functions.ts";
import { loadConfig } from "../../../src/config.ts";
import { registerFunctions } from "../../../src/functions/register.ts";
import { buildApplication } from "../../../src/wiring.ts";
import { SAMPLE_SETTINGS } from "../../helpers/application.ts";

const CATCH_ALL = "zUnmatched";

interface Route {
  readonly name: string;
  readonly methods: readonly string[];
  readonly route: string;
}

/** What the application registers, without a host and without a network. */
const registered = (): { names: readonly string[]; routes: readonly Route[] } => {
  const names: string[] = [];
  const routes: Route[] = [];
  const record = (name: string): void => void names.push(name);
  registerFunctions(
    {
      http: (name, { methods = [], route = "" }) => {
        record(name);
        if (name !== CATCH_ALL) routes.push({ name, methods, route });
      },
      serviceBusQueue: record,
      storageBlob: record,
      timer: record,
    },
    buildApplication(loadConfig(SAMPLE_SETTINGS)),
  );
  return { names, routes };
};

const { names, routes } = registered();

/** A doubled brace is text of a constraint. */
const PARAMETER = /\{(?:[^{}]|\{\{|\}\})*\}/u;

/** Texts that tell the constraints and the suffixes of the routes apart. */
const samples: readonly string[] = [
  "a",
  "photo-1.jpeg",
  "160",
  "6ba7b810-9dad-71d1-80b4-00c04fd430c8",
  ...new Set(
    routes.flatMap(({ route }) =>
      route.split("/").flatMap((segment) => {
        const fixed = segment.split(PARAMETER).join("");
        return fixed === "" ? [] : [fixed, `a${fixed}`, `160${fixed}`];
      }),
    ),
  ),
];

/** The paths that a route's template gives with every sample in every parameter. */
const pathsOf = (template: string): readonly string[] =>
  PARAMETER.test(template)
    ? samples.flatMap((sample) => pathsOf(template.replace(PARAMETER, () => sample)))
    : [`/${template}`];

describe("the functions of the application", () => {
  it("are exactly these", () => {
    expect(names).toEqual([
      "cancelJob",
      "createImageUploadLink",
      "createProduct",
      "createUser",
      "deleteImage",
      "deleteProduct",
      "deleteUser",
      "discardDeadLetter",
      "generateReport",
      "getImage",
      "getImageDownloadLink",
      "getImageThumbnail",
      "getJob",
      "getOwnUser",
      "getProduct",
      "getProductAudit",
      "getReport",
      "getUser",
      "getUserAudit",
      "healthLive",
      "healthReady",
      "listDeadLetters",
      "listJobs",
      "listProducts",
      "listReports",
      "listUsers",
      "putImage",
      "replayDeadLetter",
      "replaceProduct",
      "retryJob",
      "startJob",
      "updateProduct",
      "updateUser",
      "makeThumbnails",
      "dailyReport",
      "runJobs",
      "sweepJobs",
      "upkeep",
      "zUnmatched",
    ]);
  });

  it("have the catch-all last in the order in which the host tries routes", () => {
    const inOrder = names.map((name) => name.toLowerCase()).toSorted();

    expect(inOrder.at(-1)).toBe(CATCH_ALL.toLowerCase());
  });

  it("never match one URL twice for a method, since the first by name would win", () => {
    const templates = routes.map((route) => ({
      ...route,
      template: routeTemplate(route.route),
    }));

    const conflicts = routes.flatMap(({ route, methods }) =>
      pathsOf(route).flatMap((path) =>
        methods.flatMap((method) => {
          const winners = templates.filter(
            (other) => other.methods.includes(method) && other.template.match(path) !== undefined,
          );
          return winners.length > 1 ? [{ path, winners: winners.map(({ name }) => name) }] : [];
        }),
      ),
    );

    expect(conflicts).toEqual([]);
  });

  it.each(routes)("$name has a route that its samples match", ({ route }) => {
    const template = routeTemplate(route);

    expect(pathsOf(route).some((path) => template.match(path) !== undefined)).toBe(true);
  });
});

describe("the functions that the build puts into the bundle", () => {
  it("have nothing of the settings in them", () => {
    const others = {
      ...SAMPLE_SETTINGS,
      Cosmos: "AccountEndpoint=http://127.0.0.1:10/;AccountKey=BBBB;",
      AzureWebJobsStorage: "UseDevelopmentStorage=false",
      COSMOS_DATABASE: "other",
      THUMBNAIL_WIDTHS_PX: "99",
      REPORT_SCHEDULE: "1 2 3 4 5 6",
      UPKEEP_SCHEDULE: "1 2 3 4 5 6",
    };

    expect(declaredFunctions(others)).toEqual(declaredFunctions(SAMPLE_SETTINGS));
  });
});

describe("the settings", () => {
  it("are refused by name and never by value when they are wrong", () => {
    const load = () => loadConfig({ Cosmos: "secret", THUMBNAIL_WIDTHS_PX: "wide" });

    expect(load).toThrow(/Cosmos: (?!.*secret).*\n.*AzureWebJobsStorage/su);
    expect(load).not.toThrow("secret");
  });
});
