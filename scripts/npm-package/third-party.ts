import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isPermissive } from "../licences.ts";

/** A package of others whose code is in a bundle. */
export interface BundledPackage {
  name: string;
  version: string;
  /** SPDX expression, or what else its author wrote. */
  licence: string;
  /** The licence files that lie in it, one after the other; empty where there is none. */
  text: string;
}

/** Asks that whoever gets the bundle is told where the source is, which the document does of each package. */
const askingForSource = "MPL-2.0";

const inPackage = /^(.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+))[\\/]/;

/**
 * The packages that bundled modules come from, in the order of their names.
 * @throws Error where one's licence asks for more than to be named and for its source to be told
 */
export function listBundled(modules: readonly string[]): BundledPackage[] {
  const folders = new Set(modules.flatMap((path) => inPackage.exec(path)?.[1] ?? []));
  const packages = [...folders].map(readPackage).sort((a, b) => (a.name < b.name ? -1 : 1));
  const asking = packages.filter(({ licence }) => !isPermissive(licence) && licence !== askingForSource);
  if (asking.length === 0) return packages;
  const named = asking.map(({ name, licence }) => `${name} (${licence})`).join(", ");
  throw new Error(`the licences of ${named} ask for more than to be named`);
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    name: string;
    version: string;
    license?: string;
  };
  const files = globSync("{LICENSE,LICENCE,License,license,licence,NOTICE,COPYING}*", { cwd: folder });
  const texts = files.sort().map((file) => readFileSync(join(folder, file), "utf8").trim());
  return { name, version, licence: license ?? "none stated", text: [...new Set(texts)].join("\n\n") };
}

/** The document that goes with the bundle: who has written what is in it, under which licence. */
export function describeThirdParties(packages: readonly BundledPackage[]): string {
  const parts = packages.map(({ name, version, licence, text }) =>
    [`${name} ${version}`, `Licence: ${licence}`, `Source: the npm package ${name}@${version}`, "", text]
      .join("\n")
      .trimEnd(),
  );
  const rule = `\n\n${"-".repeat(80)}\n\n`;
  return `${[`Code of these ${packages.length} packages is in dist/.`, ...parts].join(rule)}\n`;
}
