#!/usr/bin/env bash
# Found with node 24.21.0 and drizzle-orm 0.45.4.
#
# What one would guess: a package that is loaded costs the next file that imports it next to nothing.
# What happens: Node keeps the modules of a package, but not the meaning of its package.json: to resolve "drizzle-orm" it
# reads the list of exports anew for every file that imports it. drizzle-orm's list has 447 entries in 179 kB, so that
# each further file costs some two milliseconds of a processor; one file of one's own that hands the same names on costs
# a seventh of that.
# Seen, on a busy machine: "each further file: 2.83 ms by "drizzle-orm", 0.39 ms by one file that hands it on".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts drizzle-orm@0.45.4

cat > measure.mjs <<'JS'
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";

const file = "node_modules/drizzle-orm/package.json";
const entries = Object.keys(JSON.parse(readFileSync(file, "utf8")).exports).length;
console.log(`node ${process.versions.node}; ${entries} exports in ${Math.round(statSync(file).size / 1000)} kB`);

/** Processor milliseconds that `files` importing files of one kind take, the least of five runs. */
function cost(name, from, files) {
  mkdirSync(name, { recursive: true });
  for (let n = 0; n < files; n++) writeFileSync(`${name}/${n}.mjs`, `import { sql } from "${from}";\nexport const f${n} = sql;\n`);
  const list = Array.from({ length: files }, (_, n) => `await import("./${n}.mjs");`).join("\n");
  writeFileSync(`${name}/all-${files}.mjs`, `${list}\nconst { user, system } = process.cpuUsage();\nconsole.log((user + system) / 1000);\n`);
  return Math.min(...Array.from({ length: 5 }, () => Number(execFileSync(process.execPath, [`${name}/all-${files}.mjs`], { encoding: "utf8" }))));
}

writeFileSync("door.mjs", 'export { sql } from "drizzle-orm";\n');
const each = (name, from) => (cost(name, from, 401) - cost(name, from, 1)) / 400;
const [direct, door] = [each("direct", "drizzle-orm"), each("by-door", "../door.mjs")];
console.log(`each further file: ${direct.toFixed(2)} ms by "drizzle-orm", ${door.toFixed(2)} ms by one file that hands it on`);
if (direct < 3 * door) throw new Error("a file that imports drizzle-orm no longer costs much more than another");
JS
node measure.mjs
