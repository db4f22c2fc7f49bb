import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitFor } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../scripts/package.ts", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-package-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("`npm run package` makes one executable that serves its screens and trainer without this project", async () => {
  const built = spawnSync(process.execPath, [script, "--out", folder], { encoding: "utf8" });
  expect(built.status, built.stderr).toBe(0);
  expect(spawnSync(join(folder, "bin", "uv"), ["--version"], { encoding: "utf8" }).stdout).toMatch(/^uv /);

  const data = join(folder, "data");
  const args = ["--no-open", "--port", "0", "--api", "http://127.0.0.1:9", "--data", data];
  const app = spawn(join(folder, "trainchain-contributor"), args, {
    cwd: folder,
    // A folder that cannot be made keeps this start from installing gigabytes: setting up is another test's.
    env: { PATH: process.env.PATH ?? "", HOME: folder, TRAINCHAIN_ENV_DIR: "/dev/null/environment" },
    stdio: "ignore",
  });
  const ended = once(app, "exit");
  const { address } = await waitFor("the app to listen", async () => {
    return JSON.parse(await readFile(join(data, "running.json"), "utf8")) as { address: string };
  });
  expect(await (await fetch(`http://${address}/`)).text()).toContain('<div id="root">');
  expect((await fetch(`http://${address}/api/state`)).status).toBe(401);
  app.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});
