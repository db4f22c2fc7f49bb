import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import { acceptJob, submitAdapter } from "@trainchain/chain";
import type { Address } from "@trainchain/protocol";
import { type EscrowChain, fakeCid, roles, startEscrowChain, testWallet, waitFor } from "@trainchain/testing";
import { zeroAddress } from "viem";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openEscrow } from "../../escrow/chain.ts";
import type { JobFacts, JobRecord, JobState } from "../job-record.ts";
import { runJob } from "../run-job.ts";
import type { StepContext } from "../step-context.ts";
import { awaitVerdict } from "./await-verdict.ts";

let chain: EscrowChain;
let platform: Server;
let jobDir: string;
interface Answer {
  status: number;
  body: object;
}
/** What the platform answers, by a part of the path. */
let answers: Record<string, Answer> = {};
/** What was handed in, by path. */
let handedIn: Record<string, Record<string, string>> = {};
beforeAll(async () => {
  chain = await startEscrowChain();
  jobDir = await mkdtemp(join(tmpdir(), "trainchain-await-verdict-"));
  platform = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const path = request.url ?? "";
    if (request.method === "POST") handedIn[path] = JSON.parse(Buffer.concat(pieces).toString());
    const [, answer = refusal("not-found", 404)] =
      Object.entries(answers).find(([part]) => path.includes(part)) ?? [];
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer.body));
  }).listen(0, "127.0.0.1");
  await once(platform, "listening");
});
beforeEach(() => {
  answers = { "/me/contributions": { status: 200, body: { items: [], nextCursor: null } } };
  handedIn = {};
});
afterAll(async () => {
  platform?.close();
  await chain?.stop();
  await rm(jobDir, { recursive: true, force: true });
});

const contributor = roles.firstContributor;
const adapterCid = fakeCid("a");

const refusal = (code: string, status: number): Answer => ({
  status,
  body: { error: { code, message: "no", fix: null, requestId: "test" } },
});
const relaying: Answer = { status: 202, body: { status: "relaying" } };
const passed: Answer = {
  status: 200,
  body: {
    items: [
      {
        ...{ contributor: "0x", yours: true, verdict: "accepted", checks: [], reasonCid: null },
        ...{ heldOutLoss: null, bitsPerByte: null, verifiedAt: new Date().toISOString() },
      },
    ],
  },
};

/** A job that was handed in, of which the relay is silent, and the agent's look at it. */
async function handedInJob({ wallet = contributor as number, onChain = false, facts = {} as JobFacts } = {}) {
  const jobId = await chain.openJob();
  const slot = { escrow: chain.escrow, jobId, contributor: chain.wallet(wallet) };
  const mine = chain.signer(wallet);
  await chain.mined(acceptJob(mine, { ...slot, delegate: zeroAddress, bondWei: 0n }));
  if (onChain) await chain.mined(submitAdapter(mine, { ...slot, adapterCid }));
  const escrow = await openEscrow({
    ...{ rpcUrl: chain.rpcUrl, chainId: chain.client.chain.id, chainName: "local" },
    ...{ escrow: chain.escrow, contributor: chain.wallet(wallet), account: testWallet(wallet) },
  });
  const record: JobRecord = {
    ...{ chainId: 1, escrow: chain.escrow, jobId: `${jobId}`, updatedAt: "", state: "submitted" },
    facts: { adapterCid, signature: "0x5e", kind: "llm-finetune", relayedAt: 0, ...facts },
  };
  const stop = new AbortController();
  const note = (more: JobFacts) => Object.assign(record.facts, more);
  const hindrances: string[] = [];
  const { port } = platform.address() as AddressInfo;
  const context = {
    api: createApiClient({ baseUrl: `http://127.0.0.1:${port}` }),
    ...{ escrow, jobDir, record: () => record, note, tell: note, log() {}, signal: stop.signal },
    ...{ wallet: testWallet(wallet), patience: { pollMs: 20, relayMs: 60_000, retryMs: 10 } },
    hinder: (failure?: Error) => failure && hindrances.push(failure.message),
    moveTo: (state: JobState, more: JobFacts) => Object.assign(record, { state, facts: note(more) }),
  } as unknown as StepContext;
  return { context, record, hindrances, stop };
}

/** Waits until something was handed in to the platform, and what. */
async function whatIsHandedIn({ context, stop }: Awaited<ReturnType<typeof handedInJob>>) {
  const waiting = awaitVerdict(context).catch((error: unknown) => error);
  const asked = waitFor("the relay to be asked", async () => context.record().facts.relayedAt !== 0);
  const ended = await Promise.race([asked, waiting]);
  if (ended instanceof Error) throw ended;
  stop.abort();
  await waiting;
  return handedIn;
}

it("a relay that was silent is asked again at the door of the job's kind", async () => {
  answers["/jobs/complete"] = relaying;
  answers["/jobs/submit-adapter"] = refusal("conflict", 409);
  const job = await handedInJob({ facts: { kind: "image-classification" } });
  const { moves: _, ...readOnly } = job.context.escrow;
  job.context.escrow = { ...readOnly, moves: undefined };
  expect(await whatIsHandedIn(job)).toEqual({
    "/jobs/complete": expect.objectContaining({ modelCid: adapterCid }),
  });
});

it("where the wallet's coin does not pay the gas the relay is asked again", async () => {
  answers["/jobs/submit-adapter"] = relaying;
  const wallet = roles.firstContributor + 3;
  const job = await handedInJob({ wallet });
  await chain.client.setBalance({ address: chain.wallet(wallet), value: 1n });
  expect(await whatIsHandedIn(job)).toEqual({
    "/jobs/submit-adapter": expect.objectContaining({ adapterCid }),
  });
});

it("a submission that was mined while the wallet was to send it is no failure", async () => {
  answers["/verification"] = passed;
  const { context } = await handedInJob({ onChain: true });
  const { getSlot } = context.escrow;
  let looks = 0;
  // As shown a block before, at the first look.
  const late = async (jobId: string) => {
    const slot = await getSlot(jobId);
    const { timestamp } = await chain.client.getBlock();
    return looks++ ? slot : { ...slot, status: "accepted" as const, timestamp: Number(timestamp) + 60 };
  };
  context.escrow = { ...context.escrow, getSlot: late };
  await expect(awaitVerdict(context)).resolves.toEqual({ to: "verified" });
});

it("a platform that follows the chain anew and does not know the slot yet is waited for", async () => {
  const { context } = await handedInJob({ onChain: true });
  await expect(awaitVerdict(context)).rejects.toMatchObject({ code: "not-ready" });
});

it("no failure ends what is handed in: it is told, and the verdict is looked for again", async () => {
  answers["/verification"] = refusal("conflict", 409);
  const { context, record, hindrances } = await handedInJob({ onChain: true });
  const running = runJob(context, "verified");
  await Promise.race([waitFor("the failure to be told", async () => hindrances.includes("no")), running]);
  answers["/verification"] = passed;
  await running;
  expect([record.state, record.facts.problem]).toEqual(["verified", undefined]);
});

it("a submission is given up when the chain takes it no more, not when this machine's clock says so", async () => {
  const jobId = await chain.openJob();
  const slot = { escrow: chain.escrow, jobId, contributor: chain.wallet(contributor) };
  await chain.mined(acceptJob(chain.signer(contributor), { ...slot, delegate: zeroAddress, bondWei: 0n }));
  const account = testWallet(contributor);
  const escrow = await openEscrow({
    ...{ rpcUrl: chain.rpcUrl, chainId: chain.client.chain.id, chainName: "local", account },
    ...{ escrow: chain.escrow, contributor: account.address.toLowerCase() as Address },
  });
  // The machine is ahead: by its clock the deadline is over.
  const record: JobRecord = {
    ...{ chainId: 1, escrow: chain.escrow, jobId: `${jobId}`, updatedAt: "" },
    ...{ state: "submitted", facts: { deadline: Math.floor(Date.now() / 1000) - 1 } },
  };
  let looked = 0;
  const stop = new AbortController();
  const watched = {
    ...escrow,
    getSlot: (id: string) => {
      looked += 1;
      return escrow.getSlot(id);
    },
  };
  const context = { escrow: watched, record: () => record, note() {}, hinder() {}, signal: stop.signal };
  const waiting = awaitVerdict({ ...context, patience: { pollMs: 20 } } as unknown as StepContext);
  await waitFor("the slot to be looked at again", async () => looked > 2);
  await chain.client.increaseTime({ seconds: 40 * 86_400 });
  await chain.client.mine({ blocks: 1 });
  await expect(waiting).resolves.toEqual({ to: "released" });
});
