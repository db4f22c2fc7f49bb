import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createApiClient } from "@trainchain/api-client";
import { acceptJobBySig } from "@trainchain/chain";
import type { AcceptJob } from "@trainchain/protocol";
import { type EscrowChain, roles, startEscrowChain, testWallet } from "@trainchain/testing";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openEscrow } from "../escrow/chain.ts";
import { mayTake } from "./choose-job.ts";
import type { JobFacts, JobRecord } from "./job-record.ts";
import { comesLate, stillCounts } from "./relay-acceptance.ts";
import type { StepContext } from "./step-context.ts";
import { takeSlot } from "./steps/take-slot.ts";

/** A wallet to which the chain has given nothing. */
const poor = 60;
let chain: EscrowChain;
let asked: AcceptJob[] = [];
let answer: { status: number; body: object; headers?: Record<string, string> };
const server = createServer(async (request, response) => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  asked.push(JSON.parse(Buffer.concat(pieces).toString()));
  response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body));
});
beforeAll(async () => {
  chain = await startEscrowChain({ version: "2" });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
beforeEach(() => {
  asked = [];
  answer = relaying;
});
afterAll(async () => {
  server.close();
  await chain?.stop();
});

const relaying = { status: 202, body: { status: "relaying" } };
const refusal = (headers: Record<string, string> = {}) => ({
  ...{ status: 429, headers },
  body: { error: { code: "too-many-requests", message: "used up", fix: null, requestId: "1" } },
});
const notYet = { code: "not-ready" };

/** The step for a new job, with what becomes known of it. */
async function take() {
  const jobId = await chain.openJob({ maxContributors: 1 });
  const escrow = await openEscrow({
    ...{ rpcUrl: chain.rpcUrl, chainId: chain.client.chain.id, chainName: "local" },
    ...{ escrow: chain.escrow, contributor: chain.wallet(poor), account: testWallet(poor) },
  });
  let facts: JobFacts = {};
  const note = (more: JobFacts) => {
    facts = { ...facts, ...more };
  };
  const record = () => ({ jobId: `${jobId}`, facts });
  const context = {
    api: createApiClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
    ...{ escrow, record, note, tell: note, hinder() {}, relaysAcceptances: true, mostBondPercent: 10 },
    ...{ delegate: testWallet(roles.stranger), patience: { pollMs: 10, relayMs: 50, retryMs: 10 } },
    signal: new AbortController().signal,
  } as unknown as StepContext;
  return { jobId, step: () => takeSlot(context), facts: () => facts, context };
}

it("a platform that takes no slot for the wallet says why, and the job is passed over for a while", async () => {
  const { step } = await take();
  answer = refusal();
  const { to, facts } = await step();
  expect([to, asked.length]).toEqual(["missed", 1]);
  expect(facts?.reason).toMatch(/^The platform takes no slot of job \d+ for this wallet: used up\.$/);
  const now = Date.now() / 1_000;
  const missed = { state: to, facts } as JobRecord;
  expect([mayTake(missed, now), mayTake(missed, now + 3_600)]).toEqual([false, true]);
});

it("too many requests at once are no refusal: it is asked again when the platform says", async () => {
  const { step } = await take();
  answer = refusal({ "retry-after": "60" });
  await expect(step()).rejects.toMatchObject({ mayRetry: true });
});

it("a platform that has no room for an hour is not waited for, and not asked again before that", async () => {
  const { step } = await take();
  answer = refusal({ "retry-after": "3600" });
  const { to, facts } = await step();
  const now = Date.now() / 1_000;
  const missed = { state: to, facts } as JobRecord;
  expect([mayTake(missed, now + 1_800), mayTake(missed, now + 3_700)]).toEqual([false, true]);
});

it("what was asked for is waited for while its signature counts, whatever is said to asking again, and then no more", async () => {
  const { step, facts } = await take();
  await expect(step()).rejects.toMatchObject(notYet);
  await expect(step()).rejects.toMatchObject(notYet);
  expect(asked).toEqual([asked[0], asked[0]]);
  answer = refusal();
  await expect(step()).rejects.toMatchObject(notYet);
  await expect(step()).rejects.toMatchObject(notYet);
  expect([asked.length, facts().acceptance?.signedUntil]).toEqual([3, asked[0]?.signedUntil]);
  await chain.travel(700);
  expect(await step()).toMatchObject({ to: "missed", facts: { reason: expect.stringContaining("used up") } });
  expect(asked).toHaveLength(3);
});

it("a slot that comes after a refusal is ours", async () => {
  const { jobId, step } = await take();
  await expect(step()).rejects.toMatchObject(notYet);
  answer = refusal();
  await expect(step()).rejects.toMatchObject(notYet);
  const [signed] = asked as [AcceptJob];
  const slot = { ...signed, escrow: chain.escrow, jobId, contributor: chain.wallet(poor) };
  await chain.mined(acceptJobBySig(chain.signer(roles.stranger), slot));
  expect(await step()).toMatchObject({ to: "accepted", facts: { slot: 0 } });
});

it("what was signed in a window is looked for until it counts no more, whatever was answered", async () => {
  const { timestamp } = await chain.client.getBlock();
  const signedUntil = Number(timestamp) + 600;
  const said = stillCounts("7", signedUntil, new Error("used up"));
  const until = new Date(signedUntil * 1_000).toISOString().slice(11, 16);
  expect(said).toMatchObject({ ...notYet, fix: expect.stringContaining(`counts until ${until} UTC`) });

  const [first, second] = [await take(), await take()];
  const late = comesLate(first.context, `${first.jobId}`, signedUntil);
  const never = comesLate(second.context, `${second.jobId}`, signedUntil);
  await expect(first.step()).rejects.toMatchObject(notYet);
  const [signed] = asked as [AcceptJob];
  const slot = { ...signed, escrow: chain.escrow, jobId: first.jobId, contributor: chain.wallet(poor) };
  await chain.mined(acceptJobBySig(chain.signer(roles.stranger), slot));
  expect(await late).toBe(true);
  await chain.travel(700);
  expect(await never).toBe(false);
});
