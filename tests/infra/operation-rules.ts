import { readFileSync } from "node:fs";

import type { Rule } from "./rules.ts";
import { at, ofType, stringsOf, type Resource } from "./snapshot.ts";

const ALERT_TYPES = ["Microsoft.Insights/metricAlerts", "Microsoft.Insights/scheduledQueryRules"];
const DIAGNOSTICS = "/providers/Microsoft.Insights/diagnosticSettings/";

const alertsOf = (resources: readonly Resource[]): readonly Resource[] =>
  ALERT_TYPES.flatMap((type) => ofType(resources, type));

/** What has nothing to tell: it has no metrics and no logs, or is only a part of what has. */
const SILENT = new Set([
  "Microsoft.ManagedIdentity/userAssignedIdentities",
  "Microsoft.Insights/components",
  "Microsoft.Insights/actionGroups",
  "Microsoft.Insights/metricAlerts",
  "Microsoft.Insights/scheduledQueryRules",
  "Microsoft.Insights/webtests",
  "Microsoft.Insights/workbooks",
  "Microsoft.Web/serverfarms",
  "Microsoft.Communication/emailServices",
  "Microsoft.Network/networkSecurityGroups",
  "Microsoft.Network/natGateways",
  "Microsoft.Network/privateEndpoints",
  "Microsoft.Network/privateDnsZones",
]);

const isTopLevel = ({ type }: Resource): boolean => type.split("/").length === 2;

/** The length that Azure allows a name of this kind. */
const NAME_LIMITS: Readonly<Record<string, RegExp>> = {
  "Microsoft.Storage/storageAccounts": /^[a-z0-9]{3,24}$/,
  "Microsoft.DocumentDB/databaseAccounts": /^[a-z0-9-]{3,44}$/,
  "Microsoft.ServiceBus/namespaces": /^[a-z][a-z0-9-]{4,48}[a-z0-9]$/,
  "Microsoft.Web/sites": /^[a-z0-9-]{2,60}$/,
  "Microsoft.Web/serverfarms": /^[a-z0-9-]{1,40}$/,
  "Microsoft.EventGrid/systemTopics": /^[a-z0-9-]{3,50}$/,
  "Microsoft.Cache/redisEnterprise": /^[a-z0-9-]{1,60}$/,
};

export const OPERATION_RULES: readonly Rule[] = [
  {
    name: "every alert is on and tells somebody",
    check: (resources) => {
      const groups = ofType(resources, "Microsoft.Insights/actionGroups");
      const reached = new Set(
        groups
          .filter((group) => stringsOf(at(group.properties, "emailReceivers")).length > 0)
          .map(({ id }) => id),
      );
      return alertsOf(resources)
        .filter(
          ({ properties }) =>
            properties?.["enabled"] !== true ||
            !stringsOf(properties["actions"]).some(([, action]) => reached.has(action)),
        )
        .map(({ name }) => name);
    },
    violate: (resources) => {
      const alert = alertsOf(resources)[0];
      if (alert !== undefined) alert.properties = { ...alert.properties, actions: [] };
    },
  },
  {
    name: "there is an alert for each thing that goes wrong",
    check: (resources) => {
      const names = new Set(alertsOf(resources).map(({ name }) => name));
      return EXPECTED_ALERTS.filter((name) => !names.has(name));
    },
    violate: (resources) => {
      resources.splice(0, resources.length, ...resources.filter((r) => r.name !== "dead-letters"));
    },
  },
  {
    name: "the operations guide has a section for every alert",
    check: (resources) => {
      const guide = readFileSync("docs/operations.md", "utf8");
      return alertsOf(resources)
        .map(({ name }) => name)
        .filter((name) => !guide.includes(`\n### ${name}\n`));
    },
    violate: (resources) => {
      resources.push({ id: "", type: "Microsoft.Insights/metricAlerts", name: "unheard-of" });
    },
  },
  {
    name: "a budget tells the operators",
    check: (resources) =>
      ofType(resources, "Microsoft.Consumption/budgets").some(
        (budget) => stringsOf(at(budget.properties, "notifications")).length > 0,
      )
        ? []
        : ["no budget"],
    violate: (resources) => {
      for (const budget of ofType(resources, "Microsoft.Consumption/budgets"))
        budget.properties = {};
    },
  },
  {
    name: "the application is asked from outside whether it is ready",
    check: (resources) =>
      ofType(resources, "Microsoft.Insights/webtests").some((test) =>
        String(at(test.properties, "Request", "RequestUrl")).includes("/health/ready"),
      )
        ? []
        : ["no probe"],
    violate: (resources) => {
      for (const test of ofType(resources, "Microsoft.Insights/webtests")) test.properties = {};
    },
  },
  {
    name: "every resource sends its diagnostics to the workspace",
    check: (resources) => {
      const watched = new Set(
        ofType(resources, "Microsoft.Insights/diagnosticSettings").map(
          ({ id }) => id.split(DIAGNOSTICS)[0],
        ),
      );
      return resources
        .filter((resource) => isTopLevel(resource) && resource.location !== undefined)
        .filter(({ type, id }) => !SILENT.has(type) && !watched.has(id))
        .map(({ id }) => id);
    },
    violate: (resources) => {
      const kept = resources.filter(({ type }) => type !== "Microsoft.Insights/diagnosticSettings");
      resources.splice(0, resources.length, ...kept);
    },
  },
  {
    name: "every resource is tagged",
    check: (resources) =>
      resources
        .filter(({ location }) => location !== undefined)
        .filter(({ tags }) => TAGS.some((tag) => tags?.[tag] === undefined))
        .map(({ id }) => id),
    violate: (resources) => {
      delete ofType(resources, "Microsoft.Web/sites")[0]?.tags;
    },
  },
  {
    name: "every name fits its kind",
    check: (resources) =>
      resources
        .filter(({ type, name }) => NAME_LIMITS[type]?.test(name) === false)
        .map(({ type, name }) => `${type} ${name}`),
    violate: (resources) => {
      const [account] = ofType(resources, "Microsoft.Storage/storageAccounts");
      if (account !== undefined) account.name = "st-stockroom-production";
    },
  },
];

const TAGS = ["application", "environment", "costCenter", "managedBy"];

const EXPECTED_ALERTS = [
  "dead-letters",
  "stray-dead-letters",
  "growing-backlog",
  "failed-invocations",
  "slow-requests",
  "not-ready",
  "storage-availability",
  "cosmos-throttling",
  "undelivered-events",
];
