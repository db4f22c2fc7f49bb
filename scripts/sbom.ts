import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { callersPath } from "./env.ts";
import { bomOf, type Component } from "./sbom/bom.ts";
import { npmComponents } from "./sbom/npm-components.ts";
import { pythonComponents } from "./sbom/python-components.ts";

/**
 * `npm run sbom`: what the product is made of, as CycloneDX: the npm packages that run at users or on a server, and the
 * trainer's Python packages, both as they are locked. Into dist/sbom/, or into `-- --out DIR`.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({ options: { out: { type: "string" } } });
const out = values.out === undefined ? join(root, "dist", "sbom") : callersPath(values.out);
const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

mkdirSync(out, { recursive: true });
write("npm.cdx.json", name, npmComponents(root));
write("python.cdx.json", `${name}-trainer`, pythonComponents(root));

function write(file: string, product: string, found: Component[]): void {
  const bom = bomOf({ name: product, version }, found);
  writeFileSync(join(out, file), `${JSON.stringify(bom, null, 2)}\n`);
  process.stderr.write(`• ${join(out, file)}: ${bom.components.length} packages\n`);
}
