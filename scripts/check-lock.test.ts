import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { listMissingForArm } from "./check-lock.ts";

it("every native package that runs on a server is locked for arm64 as for x64", () => {
  expect(listMissingForArm(fileURLToPath(new URL("..", import.meta.url)))).toEqual([]);
});
