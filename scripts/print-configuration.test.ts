import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { listVariables } from "./configuration/list-variables.ts";
import { outputs } from "./print-configuration.ts";

it("docs/configuration.md and .env.example say what the schemas say", async () => {
  for (const { file, print } of outputs)
    expect(await readFile(file, "utf8"), "run `node scripts/print-configuration.ts`").toBe(
      print(listVariables()),
    );
});

it("every variable is explained", () => {
  expect(listVariables().filter(({ meaning }) => meaning === "")).toEqual([]);
});
