import { expect, it } from "vitest";
import { isPermissive, listLicences } from "./licences.ts";
import { listPythonLicences } from "./python-licences.ts";

it("the licences of the npm packages are known, and which of them ask for more than to be named", () => {
  const all = listLicences();
  expect(all.length).toBeGreaterThan(100);
  expect(all.find(({ name }) => name === "hono")).toMatchObject({ licence: "MIT" });
  expect(isPermissive("(MIT OR GPL-3.0)")).toBe(true);
  expect(isPermissive("MIT AND GPL-3.0")).toBe(false);
});

it("the licences of the Python packages are known, ultralytics' among those that ask for more", () => {
  const all = listPythonLicences();
  expect(all.length).toBeGreaterThan(60);
  const asking = all.filter(({ licence }) => !isPermissive(licence)).map(({ name }) => name);
  expect(asking).toContain("ultralytics");
  expect(asking).not.toContain("numpy");
});
