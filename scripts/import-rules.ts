import type { IForbiddenRuleType } from "dependency-cruiser";

/** Who may import whom, as ARCHITECTURE.md says, for dependency-cruiser. Paths are relative to the project's folder. */

/** What never ships: tests, what only they use, and what runs the project's own affairs. */
const unshipped = [
  "\\.test\\.tsx?$",
  "(^|/)(testing|test-world|test-servers|oracle|samples)/",
  "/(vite|drizzle)\\.config\\.ts$",
  "^(e2e|scripts|contracts/scripts|packages/testing|apps/web/build)/",
  "-fixtures\\.ts$",
];

/** The packages that a package's shipped code may import. */
const libraries: Record<string, readonly string[]> = {
  protocol: [],
  lora: [],
  ui: [],
  dataset: ["protocol"],
  chain: ["protocol"],
  storage: ["protocol"],
  telemetry: ["protocol"],
  "python-env": ["protocol"],
  keystore: ["protocol"],
  db: ["protocol", "telemetry"],
  "api-client": ["protocol"],
  "browser-wallet": ["protocol", "chain", "ui"],
  requester: ["protocol", "api-client", "chain"],
};

/** The agent's rooms, and which of the others each may enter. */
const agentRooms: Record<string, readonly string[]> = {
  escrow: [],
  machine: [],
  platform: ["escrow"],
  trainer: ["machine"],
  jobs: ["escrow", "machine", "platform", "trainer"],
  terminal: ["escrow", "jobs"],
  window: ["escrow", "machine", "platform", "jobs", "terminal"],
};

/** What runs files of strangers may not even hold the code that opens sealed content, the database or a wallet. */
const ofTheEvaluator = ["protocol", "python-env", "telemetry"];
const ofBrowsers = [
  "protocol",
  "dataset",
  "lora",
  "chain",
  "api-client",
  "requester",
  "browser-wallet",
  "ui",
];

/** What has to start at once, and loads no schemas for it: readers of datasets, and the commands that only read. */
const quick = [
  "^packages/dataset/src/",
  "^packages/protocol/src/plain\\.ts$",
  "^apps/cli/src/(main|program|options|output|readable-file|row-file)\\.ts$",
  "^apps/cli/src/(commands/dataset|hub/)",
];

const browserApps = "^apps/(web|contributor/ui)/src/";
const packagesIn = (names: readonly string[]) => `^packages/(${names.join("|")})/`;

export const importRules: IForbiddenRuleType[] = [
  ...Object.entries(libraries).map(([name, allowed]) => ({
    name: `${name}-imports`,
    comment: `${name} may import ${allowed.join(" and ") || "no package of ours"}`,
    severity: "error" as const,
    from: { path: `^packages/${name}/`, pathNot: unshipped },
    to: { path: "^packages/", pathNot: [packagesIn([name, ...allowed]), "/testing/"] },
  })),
  {
    name: "no-app-imported",
    comment: "nobody imports an app",
    severity: "error",
    from: { path: "^packages/", pathNot: "^packages/testing/" },
    to: { path: "^apps/" },
  },
  {
    name: "no-app-imports-app",
    comment: "apps never import apps",
    severity: "error",
    from: { path: "^apps/(contributor/[^/]+|[^/]+)/" },
    to: { path: "^apps/", pathNot: "^apps/$1/" },
  },
  {
    name: "no-test-code-shipped",
    comment: "only tests, e2e and scripts import test code",
    severity: "error",
    from: { path: "^(packages|apps)/", pathNot: unshipped },
    to: { path: unshipped, pathNot: "node_modules/" },
  },
  {
    name: "quick-without-schemas",
    comment:
      "what has to start at once imports the schema-free part of the protocol, and the rest when it needs it",
    severity: "error",
    from: { path: quick, pathNot: unshipped },
    to: {
      path: ["^packages/(protocol|requester)/src/index\\.ts$", "node_modules/(zod|viem)/"],
      dependencyTypesNot: ["type-only", "dynamic-import"],
    },
  },
  {
    name: "plain-without-schemas",
    comment: "the schema-free part of the protocol has none behind it either",
    severity: "error",
    from: { path: "^packages/protocol/src/plain\\.ts$" },
    to: { path: "node_modules/zod/", reachable: true },
  },
  {
    name: "evaluator-imports",
    comment: `the evaluator may import ${ofTheEvaluator.join(", ")}`,
    severity: "error",
    from: { path: "^apps/evaluator/", pathNot: unshipped },
    to: { path: "^packages/", pathNot: packagesIn(ofTheEvaluator) },
  },
  {
    name: "browser-imports",
    comment: `what runs in browsers may import ${ofBrowsers.join(", ")}`,
    severity: "error",
    from: { path: browserApps, pathNot: unshipped },
    to: { path: "^packages/", pathNot: packagesIn(ofBrowsers) },
  },
  {
    name: "no-node-in-browsers",
    comment: "what also runs in browsers keeps Node's modules in its node/ folder",
    severity: "error",
    from: {
      path: [packagesIn(ofBrowsers), browserApps],
      pathNot: [...unshipped, "^packages/[^/]+/src/node[/.]", "^packages/(lora|dataset)/wasm/"],
    },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "browsers-reach-no-node",
    comment: "what runs in browsers imports no package's node/ folder",
    severity: "error",
    from: {
      path: [packagesIn(ofBrowsers), browserApps],
      pathNot: [...unshipped, "^packages/[^/]+/src/node[/.]"],
    },
    to: { path: "^packages/[^/]+/src/node[/.]" },
  },
  {
    name: "features-apart",
    comment: "features never import each other",
    severity: "error",
    from: { path: "^apps/(web|contributor/ui)/src/features/([^/]+)/" },
    to: { path: "^apps/$1/src/features/", pathNot: "^apps/$1/src/features/$2/" },
  },
  ...Object.entries(agentRooms).map(([name, allowed]) => ({
    name: `agent-${name}`,
    comment: `the agent's ${name}/ may import ${allowed.join(", ") || "none"} of its rooms`,
    severity: "error" as const,
    from: { path: `^apps/contributor/agent/src/${name}/` },
    to: {
      path: "^apps/contributor/agent/src/[^/]+/",
      pathNot: `^apps/contributor/agent/src/(${[name, ...allowed].join("|")})/`,
    },
  })),
  {
    name: "kinds-apart",
    comment:
      "kinds of jobs never import each other, nor does what those share that train adapters import any",
    severity: "error",
    from: { path: "^(.+)/kinds/([^/]+)/" },
    to: { path: "^$1/kinds/[^/]+/", pathNot: ["^$1/kinds/$2/", "^$1/kinds/adapters/"] },
  },
];

/** Whether a file is part of what is shipped, rather than a test or what only the project itself runs. */
export function isShipped(file: string): boolean {
  return !unshipped.some((pattern) => new RegExp(pattern).test(file));
}
