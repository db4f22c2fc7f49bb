import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * Who may import whom, as ARCHITECTURE.md says. A workspace package is known by its folder; a rule lists the
 * packages that its shipped code may import. Tests and `testing` folders may import anything but apps.
 */
const libraries: Record<string, readonly string[]> = {
  protocol: [],
  lora: [],
  ui: [],
  dataset: ["protocol"],
  chain: ["protocol"],
  storage: ["protocol"],
  telemetry: ["protocol"],
  db: ["protocol", "telemetry"],
  "python-env": ["protocol"],
  keystore: ["protocol"],
  "api-client": ["protocol", "storage", "api (type only)"],
  testing: ["protocol", "chain", "storage", "db", "python-env", "api-client", "dataset", "lora"],
};
const apps = ["api", "indexer", "worker", "evaluator", "cli", "agent", "web", "contributor-ui"];
/** What runs files of strangers may not even hold the code that opens sealed content, the database or a wallet. */
const evaluatorMayImport = ["protocol", "python-env", "telemetry"];
const browserApps = ["web", "contributor-ui"];
const browserPackages = ["protocol", "dataset", "lora", "chain", "api-client", "ui", ...browserApps];

export interface Violation {
  file: string;
  message: string;
}

/** Every import in the tree that breaks a rule; empty when the architecture holds. */
export function checkImports(root: string): Violation[] {
  return sourceFiles(root).flatMap((file) => {
    const owner = ownerOf(relative(root, file));
    if (!owner) return [];
    return importsOf(readFileSync(file, "utf8"))
      .map((found) => breach(owner, relative(root, file), found))
      .filter((message) => message !== undefined)
      .map((message) => ({ file: relative(root, file), message }));
  });
}

interface Import {
  specifier: string;
  typeOnly: boolean;
}

function breach(owner: string, file: string, { specifier, typeOnly }: Import): string | undefined {
  const isTest =
    /\.test\.tsx?$/.test(file) ||
    /[\\/]testing[\\/]|\/start-/.test(file) ||
    owner === "e2e" ||
    owner === "scripts";
  if (specifier.startsWith("node:") && browserPackages.includes(owner) && !isTest && !isNodeEntry(file))
    return `${owner} also runs in browsers: "${specifier}" belongs in its node/ folder`;
  const target = /^@trainchain\/([a-z-]+)/.exec(specifier)?.[1];
  if (!target || target === owner) return undefined;
  if (apps.includes(target)) {
    if (owner === "api-client" && target === "api" && typeOnly) return undefined;
    if (owner === "e2e" || owner === "scripts") return undefined;
    return `nobody imports an app: "${specifier}"`;
  }
  if (target === "testing" && !isTest) return "only tests, e2e and scripts import testing";
  const allowed = libraries[owner];
  if (owner === "evaluator" && !isTest && !evaluatorMayImport.includes(target))
    return `evaluator may not import ${target}`;
  if (allowed && !isTest && !allowed.includes(target)) return `${owner} may not import ${target}`;
  if (browserApps.includes(owner) && (target === "db" || specifier.startsWith("@trainchain/storage/node")))
    return `browser code may not import ${target}`;
  return undefined;
}

function isNodeEntry(file: string): boolean {
  return /\/src\/(node|testing)([\\/.-]|$)|\/(oracle|samples|scripts|generated|wasm|build)\//.test(
    file.split(sep).join("/"),
  );
}

function ownerOf(file: string): string | undefined {
  const parts = file.split(sep);
  if (parts[0] === "packages" || parts[0] === "apps") {
    if (parts[0] === "apps" && parts[1] === "contributor")
      return parts[2] === "ui" ? "contributor-ui" : parts[2];
    return parts[1];
  }
  return parts[0] === "e2e" || parts[0] === "scripts" ? parts[0] : undefined;
}

function importsOf(source: string): Import[] {
  const pattern = /^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|import\("([^"]+)"\)/gm;
  return [...source.matchAll(pattern)].map((match) => ({
    specifier: match[2] ?? match[3] ?? "",
    typeOnly: match[1] !== undefined,
  }));
}

function sourceFiles(root: string): string[] {
  const skipped = new Set(["node_modules", "dist", "out", "cache", "migrations"]);
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (skipped.has(entry.name) || entry.name.startsWith(".")) return [];
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return walk(path);
      return /\.tsx?$/.test(entry.name) ? [path] : [];
    });
  return ["packages", "apps", "e2e", "scripts"].flatMap((folder) => walk(join(root, folder)));
}
