import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm, stat } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serve } from "@hono/node-server";
import { sha256OfFile } from "@trainchain/storage";
import { waitFor } from "@trainchain/testing";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AppEnv } from "../../apps/api/src/http/app-env.ts";
import { serveSite } from "../../apps/api/src/site/serve-site.ts";
import { findSiteFiles } from "../../apps/api/src/site/site-files.ts";

const script = fileURLToPath(new URL("../../scripts/package.ts", import.meta.url));

const name = `trainchain-contributor-${process.platform}-${process.arch}`;

let folder: string;
let out: string;
let offer: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-package-"));
  out = join(folder, name);
  offer = join(folder, "offer");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("`npm run package` makes one executable that serves its screens and trainer without this project", async () => {
  const built = spawnSync(process.execPath, [script, "--out", out, "--offer", offer], { encoding: "utf8" });
  expect(built.status, built.stderr).toBe(0);
  expect(spawnSync(join(out, "bin", "uv"), ["--version"], { encoding: "utf8" }).stdout).toMatch(/^uv /);

  const data = join(folder, "data");
  const args = ["--no-open", "--port", "0", "--api", "http://127.0.0.1:9", "--data", data];
  const app = spawn(join(out, "trainchain-contributor"), args, {
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

it("what a platform offers is listed with size and SHA-256, and installed by its script, unless a byte of it was changed", async () => {
  const { packages } = JSON.parse(await readFile(join(offer, "index.json"), "utf8"));
  const file = `${name}.tar.gz`;
  const { size } = await stat(join(offer, file));
  const sha256 = await sha256OfFile(join(offer, file));
  expect(packages).toEqual([
    { file, system: process.platform, processor: process.arch, sizeBytes: size, sha256 },
  ]);

  const site = new Hono<AppEnv>().use(
    serveSite(
      await findSiteFiles(offer, "/app"),
      () => [],
      async () => "",
    ),
  );
  const server = serve({ fetch: site.fetch, port: 0, hostname: "127.0.0.1" });
  await once(server, "listening");
  const platform = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: join(folder, "home"),
    TRAINCHAIN_INSTALL_DIR: join(folder, "in"),
  };
  const install = () =>
    promisify(execFile)("sh", ["-c", `curl -fsSL ${platform}/app/install.sh | sh -s -- ${platform}/`], {
      env,
    });
  const { stdout } = await install();
  const program = join(folder, "in", name, "trainchain-contributor");
  expect(stdout).toContain(`${program} --api ${platform}\n`);
  expect(await sha256OfFile(program)).toBe(await sha256OfFile(join(out, "trainchain-contributor")));

  await rm(join(folder, "in"), { recursive: true });
  const archive = await open(join(offer, file), "r+");
  await archive.write(Buffer.from([1, 2, 3]), 0, 3, Math.floor(size / 2));
  await archive.close();
  await expect(install()).rejects.toMatchObject({ stderr: expect.stringMatching(/nothing was installed/) });
  await expect(stat(program)).rejects.toThrow();
  server.close();
});
