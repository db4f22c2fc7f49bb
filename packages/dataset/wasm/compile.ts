/** Compiles plain-rows.as to src/plain-rows-wasm.ts: `node packages/dataset/wasm/compile.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const source = new URL("./plain-rows.as", import.meta.url);
const target = fileURLToPath(new URL("../src/plain-rows-wasm.ts", import.meta.url));

/** The text of src/plain-rows-wasm.ts, with the module as the pinned compiler makes it. */
export async function compilePlainRows(): Promise<string> {
  const emitted: Uint8Array[] = [];
  const { error, stderr } = await asc.main(
    [
      ...["plain-rows.ts", "--outFile", "plain-rows.wasm", "-O3", "--runtime", "stub", "--noAssert"],
      ...["--enable", "simd", "--initialMemory", "24", "--maximumMemory", "24"],
    ],
    {
      // The source's own suffix keeps tsc from reading it.
      readFile: (name) => (name.endsWith("plain-rows.ts") ? readFileSync(source, "utf8") : null),
      writeFile: (name, contents) => {
        if (name.endsWith(".wasm") && typeof contents !== "string") emitted.push(contents);
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`asc: ${error.message}\n${stderr.toString()}`);
  const lines =
    Buffer.from(emitted[0]!)
      .toString("base64")
      .match(/.{1,104}/g) ?? [];
  return `/** Compiled from ../wasm/plain-rows.as by ../wasm/compile.ts; a test compiles it again and compares. */
export const plainRowsWasm = \`
${lines.join("\n")}
\`;
`;
}

if (import.meta.main) writeFileSync(target, await compilePlainRows());
