import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blobSource } from "@trainchain/api-client";
import {
  encodeAcceptJob,
  encodeCreateJob,
  encodeSubmitAdapter,
  findCreatedJobId,
  getSlot,
  localChain,
  signSubmission,
} from "@trainchain/chain";
import {
  type CheckResult,
  commitmentSchema,
  jobTermsOf,
  type Receipt,
  stepsBefore,
} from "@trainchain/protocol";
import { leafOfFile, pathOf, rootOf } from "@trainchain/protocol/node";
import { seal } from "@trainchain/storage";
import { roles, testWallet, waitFor } from "@trainchain/testing";
import { type LocalWorld, localChainId, startLocalWorld } from "@trainchain/testing/local-world";
import { createPublicClient, createTestClient, http, parseEther, zeroAddress } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pythonEnvDir } from "../../scripts/env.ts";
import { runCli, startAgent, toyModel } from "../agent-process.ts";
import { meetPerson } from "../job-moves/people.ts";
import { trainchain } from "../job-moves/trainchain.ts";
import { adapterOf, extrapolated, farthestB, metadataOf, withMetadata } from "./boundary-files.ts";

const [ann, cheat, ben] = [0, 1, 2].map((at) => roles.firstContributor + at) as [number, number, number];
const patience = { timeoutMs: 540_000 };
const hour = 3_600;
/** Nine steps, so nine stages; so much is paid for them that eight are drawn. */
const [stages, reward] = [9, "1000"] as const;

let world: LocalWorld;
let dataDir: string;
/** What an honest contributor delivered, and the states that it was trained through. */
let honest: { jobId: string; adapter: Buffer; states: Buffer[] };

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-replay-"));
  const env = {
    indexer: { POLL_INTERVAL_MS: "100" },
    worker: { DEADLINE_CHECK_MS: "300" },
  };
  world = await startLocalWorld({ dataDir, models: [toyModel], pythonEnvDir, env });
});

afterAll(async () => {
  await world?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const rows = Array.from({ length: 44 }, (_, i) =>
  JSON.stringify({ instruction: `Double ${i}.`, input: "", output: `Twice ${i} is ${2 * i}.` }),
);

const chain = () =>
  createPublicClient({ chain: localChain, transport: http(world.rpcUrl), pollingInterval: 20 });

/** A job of one slot, requested anew: its rows are shuffled by a seed of its own. */
async function requestJob(): Promise<string> {
  const dataset = join(dataDir, "rows.jsonl");
  await writeFile(dataset, rows.join("\n"));
  const request = ["--dataset", dataset, "--model", toyModel, "--reward", reward, "--contributors", "1"];
  const training = ["--epochs", "3", "--max-length", "128", "--holdout", "20", "--seed", "7"];
  const proof = ["--proof", "replay"];
  const periods = ["--review-period", "1h", "--yes"];
  return (
    await runCli<{ jobId: string }>(world, roles.requester, [
      "job",
      "create",
      ...request,
      ...training,
      ...proof,
      ...periods,
    ])
  ).jobId;
}

/** The honest contributor's job once more: the same spec, so the same rows and the same training. */
async function repeatJob(): Promise<string> {
  const requester = await meetPerson(world, chain(), roles.requester);
  const { specCid } = await requester.api.getJob(honest.jobId);
  const { items } = await requester.api.listDrafts();
  const draft = items.find(({ terms }) => terms?.specCid === specCid);
  if (!draft) throw new Error("the honest job's terms are gone");
  const terms = jobTermsOf(draft);
  const call = encodeCreateJob({ escrow: world.escrow, terms, stakeWei: parseEther(reward) });
  return String(findCreatedJobId(await requester.send(call)));
}

/** Takes the job's slot and stores an adapter, as a contributor with a trainer of its own may. */
async function store(jobId: string, adapter: Buffer, by = cheat) {
  const { escrow } = world;
  const person = await meetPerson(world, chain(), by);
  await person.send(encodeAcceptJob({ escrow, jobId: BigInt(jobId), delegate: zeroAddress, bondWei: 0n }));
  const { adapter: sealedTo } = await waitFor(
    "the assignment",
    () => person.api.getAssignment(jobId),
    patience,
  );
  const sealed = await new Response(await seal(adapter, sealedTo.recipient)).blob();
  const adapterCid = await person.api.uploadAdapter(jobId, blobSource(sealed, "adapter.age"));
  return { person, adapterCid };
}

/** The same, and delivers it. */
async function deliver(jobId: string, adapter: Buffer, by = cheat) {
  const { person, adapterCid } = await store(jobId, adapter, by);
  const submission = { jobId: BigInt(jobId), contributor: person.wallet, adapterCid };
  const signature = await signSubmission(person.account, world.domain, submission);
  await person.api.submitAdapter({ ...submission, signature });
  return person;
}

async function travel(seconds: number): Promise<void> {
  const clock = createTestClient({ mode: "anvil", chain: localChain, transport: http(world.rpcUrl) });
  await clock.increaseTime({ seconds });
  await clock.mine({ blocks: 1 });
}

type Cheat = Awaited<ReturnType<typeof deliver>>;

const leavesOf = async (states: readonly Buffer[]) => {
  const leaves: string[] = [];
  const file = join(dataDir, "state");
  for (const state of states) {
    await writeFile(file, state);
    leaves.push(await leafOfFile(file));
  }
  return leaves;
};

/** Hands over whatever is asked for. */
async function open({ api }: Cheat, jobId: string, states: readonly Buffer[], drawn = 8): Promise<void> {
  const asked = await waitFor("the draw", async () => (await api.getReplay(jobId)) ?? undefined, patience);
  expect(asked.drawn).toHaveLength(drawn);
  const leaves = await leavesOf(states);
  for (const { boundary, recipient } of asked.boundaries) {
    const sealed = await new Response(await seal(states[boundary]!, recipient)).blob();
    const path = pathOf(leaves, boundary);
    await api.uploadBoundary(jobId, blobSource(sealed, "state.age"), {
      boundary: { number: boundary, path },
    });
  }
}

/** The check that a delivery fails, once the escrow has its rejection too. */
async function refusal({ api, wallet }: Cheat, jobId: string): Promise<CheckResult> {
  const key = { escrow: world.escrow, jobId: BigInt(jobId), contributor: wallet };
  await waitFor("the rejection", async () => (await getSlot(chain(), key)).status === "rejected", patience);
  const failed = (await api.getVerification(jobId)).flatMap(({ checks }) =>
    checks.filter(({ verdict }) => verdict === "failed"),
  );
  expect(failed.map(({ check }) => check)).toEqual(["replay"]);
  return failed[0]!;
}

it("one contributor's honest work is drawn from, done again and paid, also when its agent was killed meanwhile", async () => {
  const jobId = await requestJob();
  // Nothing is relayed meanwhile, so that the agent waits with all that it has.
  await world.worker.stop();
  const flags = ["--jobs", jobId, "--device", "cpu", "--cores", "1"];
  const submitted = Promise.withResolvers<void>();
  const first = await startAgent(world, ann, flags, ({ state }) => {
    if (state === "submitted") submitted.resolve();
  });
  await Promise.race([submitted.promise, first.exited]);
  await first.kill();
  const folder = join(dataDir, `agent-${ann}`, "jobs", `${localChainId}-${world.escrow}-${jobId}`);
  const kept = join(folder, "boundaries");
  await cp(kept, join(dataDir, "kept"), { recursive: true });
  const states = await Promise.all(
    Array.from({ length: stages + 1 }, (_, boundary) =>
      readFile(join(dataDir, "kept", `${boundary}.safetensors`)),
    ),
  );
  honest = { jobId, adapter: await readFile(join(folder, "adapter_model.safetensors")), states };

  await world.restart("worker");
  const second = await startAgent(world, ann, flags);
  expect(await second.exited, await second.lastLines()).toBe(0);
  expect(existsSync(kept)).toBe(false);
  const out = join(dataDir, "result");
  await trainchain(world.apiUrl, roles.requester, ["job", "download", jobId, "--out", out]);
  const receipt = JSON.parse(await readFile(join(out, "receipt.json"), "utf8")) as Receipt;
  const [{ checks, replay } = { checks: [] }] = receipt.result.contributors;
  const check = checks.find((one) => one.check === "replay");
  console.info(check?.message);
  expect(check).toMatchObject({ verdict: "passed" });
  expect(replay?.drawn).toHaveLength(8);
  expect(Math.max(...(replay?.distances ?? [1]))).toBeLessThan(1e-3);
  expect(receipt.status).toBe("completed");
  const where = ["--api", world.apiUrl, "--rpc", world.rpcUrl];
  const path = join(out, "receipt.json");
  const { document } = await trainchain(world.apiUrl, roles.requester, ["result", "verify", path, ...where]);
  const { findings } = document as { findings: { outcome: string; what: string; detail: string }[] };
  expect(findings.filter(({ outcome }) => outcome === "differs")).toEqual([]);
  expect(findings.find(({ what }) => what.endsWith(", draw"))).toMatchObject({
    outcome: "verified",
    detail: replay?.drawn.join(", "),
  });
  expect(findings.find(({ what }) => what.endsWith(", arithmetic"))).toMatchObject({ outcome: "verified" });
});

it("the first of nine stages, with made-up states behind them, is refused, and of who takes the slot next all is done again", async () => {
  const jobId = await repeatJob();
  const commitment = commitmentSchema.parse(metadataOf(honest.adapter));
  const { states } = honest;
  const [start, last] = [states[0]!, states[1]!];
  // As far as honest work goes, so that no other check sees it.
  const whole = farthestB(states[stages]!) / farthestB(last);
  const forged = states.map((state, boundary) =>
    boundary <= 1
      ? state
      : extrapolated(
          start,
          last,
          1 + ((whole - 1) * (boundary - 1)) / (stages - 1),
          stepsBefore(boundary, commitment),
        ),
  );
  const root = rootOf(await leavesOf(forged));
  const person = await deliver(jobId, adapterOf(forged[stages]!, { ...metadataOf(honest.adapter), root }));
  await open(person, jobId, forged);
  const { message, figure } = await refusal(person, jobId);
  console.info(message);
  expect(figure).toBeGreaterThan(0.1);

  const next = await deliver(jobId, honest.adapter, ben);
  await open(next, jobId, states, stages);
  const ended = async () => ((await next.api.getJob(jobId)).status === "completed" ? true : undefined);
  await waitFor("the payment", ended, patience);
});

it("the states of another run, honest as it was, are refused", async () => {
  const jobId = await requestJob();
  const person = await deliver(jobId, honest.adapter);
  await open(person, jobId, honest.states);
  const { message, figure } = await refusal(person, jobId);
  console.info(message);
  expect(figure).toBeGreaterThan(0.1);
});

it("a delivery that commits to other states than those that it hands over, or to none, is refused", async () => {
  const jobId = await repeatJob();
  const person = await deliver(jobId, withMetadata(honest.adapter, { root: "ab".repeat(32) }));
  await open(person, jobId, honest.states);
  expect((await refusal(person, jobId)).message).toContain("is not the one that the delivery commits to");

  const another = await repeatJob();
  const bare = await deliver(another, withMetadata(honest.adapter, { root: undefined }));
  expect((await refusal(bare, another)).message).toContain("commits to no states");
});

it("states that are withheld are refused when their time is over, and not before", async () => {
  const jobId = await repeatJob();
  const person = await deliver(jobId, honest.adapter);
  const asked = await waitFor(
    "the draw",
    async () => (await person.api.getReplay(jobId)) ?? undefined,
    patience,
  );
  const wallet = testWallet(cheat).address;
  await travel(0.3 * hour);
  expect(await person.api.getVerification(jobId)).toEqual([]);
  expect(
    (await getSlot(chain(), { escrow: world.escrow, jobId: BigInt(jobId), contributor: wallet })).status,
  ).toBe("submitted");
  await travel(0.15 * hour);
  const { message } = await refusal(person, jobId);
  expect(message).toContain(`${asked.boundaries.length} were not handed over`);
});

/** A delivery that the platform comes to after six tenths of its review period. */
async function deliverLate(): Promise<{ jobId: string; person: Cheat }> {
  const jobId = await repeatJob();
  const { person, adapterCid } = await store(jobId, honest.adapter);
  await world.worker.stop();
  const submission = { escrow: world.escrow, jobId: BigInt(jobId), contributor: person.wallet, adapterCid };
  await person.send(encodeSubmitAdapter(submission));
  await travel(0.6 * hour);
  await world.restart("worker");
  return { jobId, person };
}

it("of what a platform comes to after half of the review period states are asked for, too: honest work is paid", async () => {
  const { jobId, person } = await deliverLate();
  await open(person, jobId, honest.states);
  const ended = async () => ((await person.api.getJob(jobId)).status === "completed" ? true : undefined);
  await waitFor("the payment", ended, patience);
  const [verdict] = await person.api.getVerification(jobId);
  expect(verdict?.checks.find(({ check }) => check === "replay")).toMatchObject({ verdict: "passed" });
});

it("and whoever withholds them is refused before the review period is over", async () => {
  const { jobId, person } = await deliverLate();
  const draw = async () => (await person.api.getReplay(jobId)) ?? undefined;
  const asked = await waitFor("the draw", draw, patience);
  await travel(0.2 * hour);
  const { message } = await refusal(person, jobId);
  expect(message).toContain(`${asked.boundaries.length} were not handed over`);
});
