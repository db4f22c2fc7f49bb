import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acceptJob } from "@trainchain/chain";
import { type EscrowChain, roles, startEscrowChain, testWallet } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openEscrow } from "../escrow/chain.ts";
import { adoptSlot } from "../jobs/adopt-slot.ts";
import type { Agent } from "../jobs/agent.ts";
import { openHistory } from "../jobs/history.ts";
import type { JobState } from "../jobs/job-record.ts";
import { createJobRecords } from "../jobs/job-records.ts";
import type { StepContext } from "../jobs/step-context.ts";
import { adoptOrphans } from "./adopt-orphans.ts";

let chain: EscrowChain;
let dir: string;
beforeAll(async () => {
  [chain, dir] = await Promise.all([
    startEscrowChain(),
    mkdtemp(join(tmpdir(), "trainchain-adopt-orphans-")),
  ]);
});
afterAll(async () => {
  await chain?.stop();
  await rm(dir, { recursive: true, force: true });
});

const contributor = roles.firstContributor;
const delegate = testWallet(roles.stranger);

/** A slot of the wallet in a new job. */
async function takeSlot(): Promise<string> {
  const jobId = await chain.openJob();
  const slot = { escrow: chain.escrow, jobId, delegate: delegate.address, bondWei: 0n };
  await chain.mined(acceptJob(chain.signer(contributor), slot));
  return `${jobId}`;
}

it("a slot that the wallet has after all is worked on, though the job was missed or did not fit before; what was given up stays so", async () => {
  const escrow = await openEscrow({
    ...{ rpcUrl: chain.rpcUrl, chainId: chain.client.chain.id, chainName: "local", account: undefined },
    ...{ escrow: chain.escrow, contributor: chain.wallet(contributor) },
  });
  const history = openHistory(dir, escrow);
  const records = createJobRecords(history, escrow, () => undefined);
  const taken: string[] = [];
  for (const state of ["missed", "unfit", "released", undefined] satisfies (JobState | undefined)[]) {
    const jobId = await takeSlot();
    taken.push(jobId);
    if (state) records.move(jobId, state, { reason: "as it was before" });
  }
  const items = taken.map((jobId) => ({ jobId, status: "accepted" }));
  const api = {
    listMyContributions: async () => ({ items, nextCursor: null }),
    getJob: async () => ({ shareWei: "1", terms: { bondWei: "0", acceptBy: null }, spec: null }),
  } as unknown as Agent["api"];
  const contextOf = (jobId: string) =>
    ({
      ...{ api, escrow, delegate, record: () => records.of(jobId) },
      ...{ patience: { pollMs: 20 }, signal: AbortSignal.timeout(5_000) },
    }) as unknown as StepContext;
  await adoptOrphans({
    api,
    jobs: () => history.list(),
    async adopt(jobId) {
      await adoptSlot(contextOf(jobId), records, jobId);
      return records.of(jobId);
    },
  });
  const states = taken.map((jobId) => records.of(jobId).state);
  history.close();
  expect(states).toEqual(["accepted", "accepted", "released", "accepted"]);
});
