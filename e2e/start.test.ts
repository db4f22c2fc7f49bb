import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createApiClient } from "@trainchain/api-client";
import { roles, testWallet, waitFor } from "@trainchain/testing";
import { afterEach, expect, it } from "vitest";

const launcher = fileURLToPath(new URL("../scripts/launch.mjs", import.meta.url));

let dataDir = "";
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** `npm start` with its own data folder, up when its URLs are printed. */
async function start(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [launcher, "start", "--data", dataDir], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const apiUrl = await waitFor("the printed API address", async () => /API\s+(http:\S+)/.exec(output)?.[1]);
  await waitFor("the next step", async () => output.includes(`npm run contributor -- --api ${apiUrl}\n`));
  const stop = async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  return { apiUrl, stop, output: () => output };
}

it("npm start prints URLs, test wallets and what to do next, and finds its data and its escrow again after a restart", async () => {
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-start-"));
  // As a folder from before there were two versions.
  const first = await start({ TRAINCHAIN_ESCROW_VERSION: "1" });
  const requester = testWallet(roles.requester);
  await waitFor("the test wallets", async () => first.output().includes(requester.address));
  const api = createApiClient({ baseUrl: first.apiUrl });
  await api.signIn(requester);
  const { escrow, escrowVersion } = await api.getConfig();
  expect(escrowVersion).toBe("1");
  const bytes = new TextEncoder().encode('{"instruction":"Say hi","input":"","output":"hi"}\n');
  const upload = await api.createUpload(new File([bytes], "rows.jsonl"));
  await first.stop();

  const second = await start();
  const again = createApiClient({ baseUrl: second.apiUrl, token: api.token });
  expect(second.apiUrl).toBe(first.apiUrl);
  expect(await again.getConfig()).toMatchObject({ escrow, escrowVersion });
  expect(await again.getUpload(upload.id)).toEqual(upload);
  await second.stop();
});
