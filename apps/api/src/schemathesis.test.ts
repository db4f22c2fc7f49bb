import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureTools, pythonPath } from "@trainchain/python-env";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAccessWorld } from "./testing/access-world.ts";
import { stranger } from "./testing/fixtures.ts";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";

const toolchain = fileURLToPath(new URL("../../../.toolchain", import.meta.url));
const environment = join(toolchain, "api-python");
const requirements = fileURLToPath(new URL("../requirements.txt", import.meta.url));
const settings = fileURLToPath(new URL("../schemathesis.toml", import.meta.url));
let api: TestApi;
let dir: string;

beforeAll(async () => {
  await ensureTools({ dir: environment, requirements, uvCacheDir: join(toolchain, "uv") });
  [api, dir] = await Promise.all([startTestApi(), mkdtemp(join(tmpdir(), "trainchain-schemathesis-"))]);
  await createAccessWorld(api);
}, 300_000);
afterAll(async () => {
  await api?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** What schemathesis says, and whether it found anything. */
function callAll(options: string[]): Promise<{ said: string; failed: boolean }> {
  // Not the program of that name: its first line holds the folder that it was installed in, and a checkout may move.
  const args = ["-m", "schemathesis.cli", "--config-file", settings, "run", ...options];
  return new Promise((resolve) => {
    execFile(pythonPath(environment), args, { cwd: dir, maxBuffer: 100_000_000 }, (error, out, err) =>
      resolve({ said: out + err, failed: error !== null }),
    );
  });
}

// The values at every edge are tried once: to a stranger most routes answer 401 before they look at them.
it.each([
  { caller: "a stranger", phases: "fuzzing" },
  { caller: "somebody signed in", phases: "coverage,fuzzing" },
])(
  "the API keeps to its OpenAPI document whatever $caller sends",
  async ({ caller, phases }) => {
    const token = caller === "a stranger" ? undefined : await api.tokenOf(stranger);
    const { said, failed } = await callAll([
      `${api.baseUrl}/openapi.json`,
      ...["--phases", phases],
      ...(token ? ["--header", `Authorization: Bearer ${token}`] : []),
    ]);
    expect(failed, said).toBe(false);
    expect(said).toMatch(/[1-9]\d{2,} (generated|passed|test cases)/);
  },
  600_000,
);
