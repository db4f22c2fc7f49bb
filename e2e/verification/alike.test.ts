import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blobSource } from "@trainchain/api-client";
import { encodeAcceptJob, getSlot, localChain, signSubmission } from "@trainchain/chain";
import type { Receipt } from "@trainchain/protocol";
import { seal } from "@trainchain/storage";
import { roles, testWallet, waitFor } from "@trainchain/testing";
import { type LocalWorld, startLocalWorld } from "@trainchain/testing/local-world";
import { noisyCopy } from "@trainchain/testing/toy-adapters";
import { createPublicClient, http, zeroAddress } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pythonEnvDir } from "../../scripts/env.ts";
import { runCli, startAgent, toyModel } from "../agent-process.ts";
import { meetPerson } from "../job-moves/people.ts";
import { trainchain } from "../job-moves/trainchain.ts";

const [ann, bob, cheat] = [0, 1, 2].map((nth) => roles.firstContributor + nth) as [number, number, number];
const walletOf = (index: number) => testWallet(index).address;
const patience = { timeoutMs: 540_000 };

let world: LocalWorld;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-alike-"));
  const env = { indexer: { POLL_INTERVAL_MS: "100" }, worker: { DEADLINE_CHECK_MS: "300" } };
  world = await startLocalWorld({ dataDir, models: [toyModel], pythonEnvDir, env });
});

afterAll(async () => {
  await world?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const rows = Array.from({ length: 80 }, (_, i) =>
  JSON.stringify({
    instruction: `Convert ${i + 2} kilometres to metres.`,
    input: "",
    output: `${i + 2} kilometres are ${i + 2}000 metres.`,
  }),
);

const adapterOf = (index: number, jobId: string) =>
  join(
    dataDir,
    `agent-${index}`,
    "jobs",
    `${localChain.id}-${world.escrow}-${jobId}`,
    "adapter_model.safetensors",
  );

const chainOf = () =>
  createPublicClient({ chain: localChain, transport: http(world.rpcUrl), pollingInterval: 20 });

/** Takes a slot and delivers another contributor's adapter with noise on it, as the two may have agreed. */
async function deliverCopy(jobId: bigint, of: number): Promise<void> {
  const { escrow } = world;
  const chain = chainOf();
  const { api, send, account, wallet } = await meetPerson(world, chain, cheat);
  await send(encodeAcceptJob({ escrow, jobId, delegate: zeroAddress, bondWei: 0n }));
  const { adapter } = await waitFor("the assignment", () => api.getAssignment(jobId), patience);
  const original = await waitFor(
    "the adapter to be trained",
    () => readFile(adapterOf(of, `${jobId}`)),
    patience,
  );
  await waitFor(
    "its owner to deliver it first",
    async () => (await getSlot(chain, { escrow, jobId, contributor: walletOf(of) })).status === "submitted",
    patience,
  );
  const sealed = await new Response(await seal(noisyCopy(original, 0.4), adapter.recipient)).blob();
  const adapterCid = await api.uploadAdapter(jobId, blobSource(sealed, "adapter.age"));
  const submission = { jobId, contributor: wallet, adapterCid };
  const signature = await signSubmission(account, world.domain, submission);
  await api.submitAdapter({ ...submission, signature });
}

it("on rows of one template honest work is alike and passes by what it adds; a copy with noise does not", async () => {
  const dataset = join(dataDir, "rows.jsonl");
  await writeFile(dataset, rows.join("\n"));
  const request = ["--dataset", dataset, "--model", toyModel, "--reward", "2", "--contributors", "2"];
  const training = ["--epochs", "1", "--max-length", "128", "--holdout", "20", "--seed", "7", "--yes"];
  const { jobId } = await runCli<{ jobId: string }>(world, roles.requester, [
    "job",
    "create",
    ...request,
    ...training,
  ]);
  const flags = ["--jobs", jobId, "--device", "cpu", "--cores", "1"];
  const first = await startAgent(world, ann, flags);
  await deliverCopy(BigInt(jobId), ann);
  const requester = await meetPerson(world, chainOf(), roles.requester);
  const refused = await waitFor(
    "the copy to be refused",
    async () =>
      (await requester.api.getVerification(jobId))
        .flatMap(({ checks }) => checks)
        .find(({ verdict }) => verdict === "failed"),
    patience,
  );
  expect(refused.check).toBe("not-a-copy");
  expect(refused.message).toMatch(/what it adds helps on its own rows by -?0\.[01]\d times/);

  const second = await startAgent(world, bob, flags);
  for (const agent of [first, second]) expect(await agent.exited, await agent.lastLines()).toBe(0);
  const out = join(dataDir, "result");
  await trainchain(world.apiUrl, roles.requester, ["job", "download", jobId, "--out", out]);
  const receipt = JSON.parse(await readFile(join(out, "receipt.json"), "utf8")) as Receipt;
  const copies = receipt.result.contributors.flatMap(({ checks }) =>
    checks.filter(({ check }) => check === "not-a-copy"),
  );
  expect(copies.map(({ verdict }) => verdict)).toEqual(["passed", "passed"]);
  console.info(refused.message, copies[1]?.message);
  expect(copies[1]?.figure).toBeGreaterThan(0.9);
  expect(copies[1]?.message).toContain("but its own");
});
