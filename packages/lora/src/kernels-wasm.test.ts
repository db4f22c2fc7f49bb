import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { compileKernels, kernelsSource } from "../wasm/compile.ts";

it("the committed kernels are what their source compiles to", async () => {
  const committed = readFileSync(new URL("./kernels-wasm.ts", import.meta.url), "utf8");
  expect(kernelsSource(await compileKernels())).toBe(committed);
});
