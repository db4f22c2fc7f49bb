/**
 * `node scripts/licences.ts`: the licence of every npm and Python package that is installed, counted, and those that
 * ask for more than to be named; then known vulnerabilities, where the registries can be asked for them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Audit, auditPackages } from "./known-vulnerabilities.ts";
import { listPythonLicences } from "./python-licences.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Licences that ask for no more than to be named, and none to change ours. */
const permissive =
  /^(0BSD|Apache-2\.0( WITH LLVM-exception)?|MIT|MIT-0|ISC|BSD(-[23]-Clause)?|CC0-1\.0|CC-BY-[34]\.0|BlueOak-1\.0\.0|BSL-1\.0|HPND|MIT-CMU|PSF-2\.0|Python-2\.0|Unlicense|Zlib|PostgreSQL|WTFPL)$/;

export interface PackageLicence {
  name: string;
  version: string;
  licence: string;
  /** Only development needs it: nothing of it runs at a user's or on a server. */
  dev: boolean;
}

/** Every package of the lock file with the licence that its author wrote into it. */
export function listLicences(): PackageLicence[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version?: string; license?: string; dev?: boolean; link?: boolean }>;
  };
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes("node_modules/") && !link)
    .map(([path, { version = "", license, dev = false }]) => ({
      name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      version,
      licence: license ?? "none stated",
      dev,
    }));
}

/** Whether every part of an SPDX expression, or one of its alternatives, is permissive. */
export function isPermissive(licence: string): boolean {
  return licence
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((one) => one.split(" AND ").every((part) => permissive.test(part.trim())));
}

/** How many packages have which licence, and which of them ask for more than to be named, or say nothing. */
function print(all: readonly { name: string; version: string; licence: string }[]): void {
  const counts = new Map<string, number>();
  for (const { licence } of all) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  console.table(
    [...counts].sort((a, b) => b[1] - a[1]).map(([licence, packages]) => ({ licence, packages })),
  );
  console.log("Asking for more than to be named, or saying nothing:");
  console.table(all.filter(({ licence }) => !isPermissive(licence)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.log("npm packages of package-lock.json");
  print(listLicences());
  const python = listPythonLicences();
  console.log(python.length > 0 ? "\nPython packages of .trainchain_env" : "\nThere is no .trainchain_env.");
  if (python.length > 0) print(python);
  console.log("\nKnown vulnerabilities");
  const audits = await auditPackages();
  for (const audit of audits) printAudit(audit);
  process.exitCode = audits.some(({ vulnerabilities }) => vulnerabilities.length > 0) ? 1 : 0;
}

function printAudit({ ecosystem, packages, unanswered, vulnerabilities }: Audit): void {
  if (unanswered > 0)
    console.log(
      Number.isFinite(unanswered)
        ? `${ecosystem}: the registry says nothing of ${unanswered} of ${packages} packages; see docs/operations.md, Dependencies.`
        : `${ecosystem}: the registry does not answer; see docs/operations.md, Dependencies.`,
    );
  else console.log(`${ecosystem}: ${vulnerabilities.length} in ${packages} packages`);
  if (vulnerabilities.length > 0) console.table(vulnerabilities);
}
