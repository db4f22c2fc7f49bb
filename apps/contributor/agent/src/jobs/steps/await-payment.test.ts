import { acceptJob, appealRejection, rejectAdapter, ruleAppeal, submitAdapter } from "@trainchain/chain";
import type { Address } from "@trainchain/protocol";
import { type EscrowChain, fakeCid, roles, startEscrowChain, testWallet, waitFor } from "@trainchain/testing";
import { zeroAddress } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openEscrow } from "../../escrow/chain.ts";
import { describeState } from "../describe-state.ts";
import type { JobFacts, JobRecord } from "../job-record.ts";
import type { StepContext } from "../step-context.ts";
import { awaitPayment } from "./await-payment.ts";

let chain: EscrowChain;
beforeAll(async () => {
  chain = await startEscrowChain({ version: "2" });
});
afterAll(() => chain?.stop());

const contributor = roles.firstContributor;

it("what is refused though it passed its own checks is told while it may be appealed, and is forgotten once overturned", async () => {
  const jobId = await chain.openJob({ referee: chain.wallet(roles.stranger) });
  const named = { escrow: chain.escrow, jobId, contributor: chain.wallet(contributor) };
  const mine = chain.signer(contributor);
  await chain.mined(acceptJob(mine, { ...named, delegate: zeroAddress, bondWei: 0n }));
  await chain.mined(submitAdapter(mine, { ...named, adapterCid: fakeCid("a") }));

  const record: JobRecord = {
    ...{ chainId: 1, escrow: chain.escrow, jobId: `${jobId}`, updatedAt: "" },
    ...{ state: "verified", facts: {} },
  };
  const stop = new AbortController();
  const tell = (facts: JobFacts) => Object.assign(record.facts, facts);
  const account = testWallet(contributor);
  const escrow = await openEscrow({
    ...{ rpcUrl: chain.rpcUrl, chainId: chain.client.chain.id, chainName: "local", account },
    ...{ escrow: chain.escrow, contributor: account.address.toLowerCase() as Address },
  });
  const context = { escrow, record: () => record, tell, note: tell, hinder() {}, signal: stop.signal };
  const waiting = awaitPayment({ ...context, patience: { pollMs: 20 } } as unknown as StepContext);
  const said = (words: RegExp) =>
    waitFor(`${words}`, async () => {
      const { now, next } = describeState(record);
      return words.test(`${now} ${next}`);
    });

  await said(/passed every check/);
  const refusal = { ...named, reasonCid: fakeCid("r"), provable: false };
  await chain.mined(rejectAdapter(chain.signer(roles.aggregator), refusal));
  await said(/was refused\. You may appeal until/);
  await chain.mined(appealRejection(mine, { ...named, evidenceCid: fakeCid("e") }));
  await said(/you appealed/);
  const ruling = { ...named, overturned: true, reasonCid: fakeCid("o") };
  await chain.mined(ruleAppeal(chain.signer(roles.stranger), ruling));
  await said(/referee overturned/);
  stop.abort();
  await expect(waiting).rejects.toThrow();
});
