import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** What a file in scripts/bench/ exports as default. Ratios compare with a named peer run in the same call. */
export interface Bench {
  name: string;
  about: string;
  run(args: string[]): Promise<{ rows: object[]; ratios: Record<string, number> }>;
}

const folder = new URL("./bench/", import.meta.url);
const [name, ...args] = process.argv.slice(2);
const asJson = args.includes("--json");
const names = (await readdir(fileURLToPath(folder)))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => file.slice(0, -3));

if (!name || !names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [--json]\nNAME is one of ${names.join(", ")}`);
  process.exit(2);
}

const bench: Bench = (await import(new URL(`${name}.ts`, folder).href)).default;
if (!asJson) console.log(`${bench.name}: ${bench.about}\n`);
const result = await bench.run(args.filter((arg) => arg !== "--json"));
if (asJson) {
  console.log(JSON.stringify({ bench: bench.name, ...result }, null, 2));
} else {
  console.table(result.rows);
  for (const [peer, ratio] of Object.entries(result.ratios)) console.log(`${peer}: ${ratio.toFixed(2)}`);
}
