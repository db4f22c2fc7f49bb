import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { importRules, isShipped } from "./import-rules.ts";

export interface Violation {
  file: string;
  /** What is imported, and why it may not be. */
  message: string;
}

/** Every import in the tree that breaks a rule of import-rules.ts, or that its workspace does not declare. */
export async function checkImports(root: string): Promise<Violation[]> {
  const { output } = await cruise(
    ["packages", "apps", "e2e", "scripts", "contracts/scripts"],
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: importRules },
      // TypeScript 7 has no interface for others yet.
      parser: "swc",
      tsPreCompilationDeps: true,
      doNotFollow: { path: "node_modules" },
      exclude: { path: "(^|/)(dist|out|cache|migrations)/" },
    },
    {
      // Sources name each other with their own extension; packages by what they export.
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".tsx", ".js", ".json"],
      modules: [join(root, "node_modules"), "node_modules"],
    },
  );
  const { modules, summary } = output as ICruiseResult;
  const comments = new Map(importRules.map(({ name, comment }) => [name, comment]));
  return [
    ...summary.violations.map(({ from, to, rule }) => ({
      file: from,
      message: `${comments.get(rule.name) ?? rule.name}: ${to}`,
    })),
    ...undeclared(root, modules),
  ];
}

/** Imports of packages that the importing file's own package.json does not name; tests may use the project's too. */
function undeclared(root: string, modules: ICruiseResult["modules"]): Violation[] {
  const manifests = new Map<string, Manifest>();
  const manifestOf = (folder: string): Manifest => {
    const known = manifests.get(folder) ?? readManifest(join(root, folder)) ?? manifestOf(dirname(folder));
    manifests.set(folder, known);
    return known;
  };
  return modules
    .filter(({ source }) => !source.includes("node_modules/"))
    .flatMap(({ source, dependencies }) => {
      const { name, dependencies: shipped = {}, devDependencies = {} } = manifestOf(dirname(source));
      const declared = isShipped(source)
        ? [shipped]
        : [shipped, devDependencies, manifestOf(".").devDependencies ?? {}];
      return dependencies
        .filter(({ module, coreModule }) => !coreModule && !/^(\.|virtual:)/.test(module))
        .map(({ module }) => /^(@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? module)
        .filter((imported) => imported !== name && !declared.some((names) => imported in names))
        .map((imported) => ({ file: source, message: `${name} does not declare "${imported}"` }));
    });
}

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  } catch {
    return undefined;
  }
}
