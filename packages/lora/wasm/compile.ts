/** Compiles kernels.as and eigen.as to src/kernels-wasm.ts: `node packages/lora/wasm/compile.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const target = fileURLToPath(new URL("../src/kernels-wasm.ts", import.meta.url));

/** The module's bytes as the pinned compiler makes them; the sources' own suffix keeps tsc from reading them. */
export async function compileKernels(): Promise<Uint8Array> {
  const entries = ["kernels.ts", "eigen.ts"];
  const emitted: Uint8Array[] = [];
  const { error, stderr } = await asc.main(
    [...entries, "--outFile", "kernels.wasm", "-O3", "--runtime", "stub", "--noAssert", "--enable", "simd"],
    {
      readFile: (name) => (entries.includes(basename(name)) ? readSource(basename(name)) : null),
      writeFile: (name, contents) => {
        if (name.endsWith(".wasm") && typeof contents !== "string") emitted.push(contents);
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`asc: ${error.message}\n${stderr.toString()}`);
  return emitted[0]!;
}

function readSource(entry: string): string {
  return readFileSync(new URL(entry.replace(/\.ts$/, ".as"), import.meta.url), "utf8");
}

/** The text of src/kernels-wasm.ts for a compiled module. */
export function kernelsSource(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,104}/g) ?? [];
  return `/** Compiled from ../wasm/*.as by ../wasm/compile.ts; a test compiles them again and compares. */
export const kernelsWasm = \`
${lines.join("\n")}
\`;
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(target, kernelsSource(await compileKernels()));
}
