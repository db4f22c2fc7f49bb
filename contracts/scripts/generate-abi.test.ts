import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runForge } from "./forge.ts";
import { generatedDir, generateModules } from "./generate-abi.ts";

it("the committed ABI, creation code and deployed code are what forge builds from the sources", () => {
  runForge(["build", "--quiet"]);
  for (const [name, text] of Object.entries(generateModules())) {
    expect(readFileSync(join(generatedDir, name), "utf8")).toBe(text);
  }
});
