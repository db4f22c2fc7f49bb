import { acceptJob } from "@trainchain/chain";
import type { Address } from "@trainchain/protocol";
import { type EscrowChain, roles, startEscrowChain, testWallet, waitFor } from "@trainchain/testing";
import { zeroAddress } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openEscrow } from "../../escrow/chain.ts";
import type { JobRecord } from "../job-record.ts";
import type { StepContext } from "../step-context.ts";
import { awaitVerdict } from "./await-verdict.ts";

let chain: EscrowChain;
beforeAll(async () => {
  chain = await startEscrowChain();
});
afterAll(() => chain?.stop());

const contributor = roles.firstContributor;

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
