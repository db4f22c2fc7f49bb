import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createApiClient } from "@trainchain/api-client";
import { encodeCreateJob } from "@trainchain/chain";
import { createKeystoreFile } from "@trainchain/keystore";
import { type RunningProcess, roles, testPrivateKey, testWallet } from "@trainchain/testing";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startAgent, toyModel } from "../agent-process.ts";
import { trainchain } from "../job-moves/trainchain.ts";
import { installSdk } from "./install-sdk.ts";

const readme = fileURLToPath(new URL("../../sdk/python/README.md", import.meta.url));
const passphrase = { TRAINCHAIN_KEYSTORE_PASSWORD: "a passphrase of nobody" };

let folder: string;
let dataDir: string;
let world: LocalWorld;
let sdk: Awaited<ReturnType<typeof installSdk>>;
let agent: RunningProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-sdk-"));
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-sdk-world-"));
  world = await startLocalWorld({
    dataDir,
    models: [toyModel],
    // pays-once.test.ts has both.
    escrowVersion: "2",
    env: { indexer: { POLL_INTERVAL_MS: "100" } },
  });
  sdk = await installSdk(folder);
  const key = testPrivateKey(roles.requester);
  await createKeystoreFile(join(folder, "wallet.json"), key, passphrase.TRAINCHAIN_KEYSTORE_PASSWORD);
  const sample = await readFile(
    new URL("../../packages/dataset/samples/sample-600.jsonl", import.meta.url),
    "utf8",
  );
  await writeFile(join(folder, "rows.jsonl"), sample.split("\n").slice(0, 80).join("\n"));
});
afterAll(async () => {
  await agent?.stop();
  await world?.stop();
  for (const made of [folder, dataDir]) await rm(made, { recursive: true, force: true });
});

/** A script of the document, of this platform and its model. */
async function scriptOfReadme(): Promise<string> {
  const [, code = ""] = /```python\n([\s\S]+?)```/.exec(await readFile(readme, "utf8")) ?? [];
  return code.replace("https://api.example.org", world.apiUrl).replace("smollm2-135m", "toy-model");
}

it("what cannot be done is told by its code, and stakes nothing", async () => {
  const script = `
from trainchain import TrainChain, TrainChainError

def code(work):
    try:
        work()
    except TrainChainError as error:
        print(error.code, "|", error)

url = "${world.apiUrl}"
code(lambda: TrainChain(url, "wallet.json", passphrase="another"))
code(lambda: TrainChain("http://127.0.0.1:9", "wallet.json"))
platform = TrainChain(url, "wallet.json")
rows = [{"instruction": f"Say {n}.", "output": str(n)} for n in range(60)]
code(lambda: platform.finetune(rows, "gpt-4o", reward="1"))
code(lambda: platform.finetune(rows, "toy-model", reward="nothing"))
code(lambda: platform.finetune([{"instruction": "Say it.", "output": ""}], "toy-model", reward="1"))
code(lambda: platform.finetune(rows, "toy-model", reward="100000"))
code(lambda: platform.job(7).view())`;
  const lines = (await sdk.run(script, passphrase)).trim().split("\n");
  expect(lines.map((line) => line.split(" | ")[0])).toEqual([
    "configuration-invalid",
    "timeout",
    "invalid-input",
    "invalid-input",
    "dataset-invalid",
    "insufficient-funds",
    "not-found",
  ]);
  const listed = await trainchain(world.apiUrl, roles.requester, ["job", "list"]);
  expect(listed.document.items).toEqual([]);
});

it("terms of either version of the escrow are encoded as its contract takes them", async () => {
  const terms = {
    ...{ kind: 0, minContributors: 1, maxContributors: 2, acceptBy: 2_000_000_000, bondWei: 7n },
    ...{ trainingPeriod: 3_600, reviewPeriod: 7_200, aggregator: testWallet(3).address, specCid: "bafy" },
  };
  const both = [terms, { ...terms, bondBps: 250, referee: testWallet(4).address, permitOnly: true }];
  const asJson = JSON.stringify(both, (_, value) => (typeof value === "bigint" ? String(value) : value));
  const script = `
import json
from trainchain.escrow import encode_create_job
for terms in json.loads(${JSON.stringify(asJson)}):
    print(encode_create_job(terms))`;
  const calls = both.map((each) => encodeCreateJob({ escrow: world.escrow, terms: each, stakeWei: 1n }));
  expect((await sdk.run(script, {})).trim().split("\n")).toEqual(calls.map(({ data }) => data));
});

it("the document's script requests a job, follows it, and has its result, whose receipt is verified", async () => {
  agent = await startAgent(world, roles.firstContributor, ["--auto", "--device", "cpu", "--cores", "1"]);
  const lines = (await sdk.run(await scriptOfReadme(), passphrase)).trim().split("\n");
  expect(lines[0]).toMatch(/^job \d+: 0% trained\. \S/);
  expect(lines.at(-2)).toMatch(/^job \d+: 100% trained/);
  expect(lines.at(-1)).toBe(join("result", "adapter_model.safetensors"));
  const verified = await trainchain(world.apiUrl, roles.requester, [
    "result",
    "verify",
    join(folder, "result"),
  ]);
  expect(verified).toMatchObject({ code: 0, document: { ok: true } });

  // What was signed here is known to other programs of the wallet, which would sign it again otherwise.
  const api = createApiClient({ baseUrl: world.apiUrl });
  await api.signIn(testWallet(roles.requester));
  const staked = (await api.listDrafts()).items.filter(({ stake }) => stake);
  expect(staked.map(({ stake }) => stake?.jobId)).toEqual([/job (\d+)/.exec(lines[0] ?? "")?.[1]]);
});
