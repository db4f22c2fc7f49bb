import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { listLooseRequirements, listMissingForArm } from "./check-lock.ts";

it("every native package that runs on a server is locked for arm64 as for x64", () => {
  expect(listMissingForArm(fileURLToPath(new URL("..", import.meta.url)))).toEqual([]);
});

it.each([
  "trainer/requirements.txt",
  "trainer/requirements-cuda.txt",
  "apps/api/requirements.txt",
  "contracts/requirements.txt",
  "e2e/requirements.txt",
])("%s locks every package by its hashes, and says nowhere from where", (file) => {
  expect(listLooseRequirements(fileURLToPath(new URL(`../${file}`, import.meta.url)))).toEqual([]);
});
