import {
  assertAcceptedByKey,
  assertSignedByKey,
  assertTooPoorToAccept,
  findEscrowVersion,
  getSlot,
} from "@trainchain/chain";
import { type Database, findAcceptanceStanding } from "@trainchain/db";
import { isForeignJob, type RelayedSlot, sumRelayGas } from "@trainchain/db/work";
import { type Address, assertAcceptanceAffordable, TrainChainError } from "@trainchain/protocol";
import type { PublicClient } from "viem";
import type { ExaminedCall } from "./examine-call.ts";
import { gasLimits, type SpendingLimits } from "./limits.ts";

export interface RelayDeps {
  db: Database;
  client: PublicClient;
  chainId: number;
  escrow: Address;
  limits: SpendingLimits;
}

/**
 * Throws unless a submission is one that the platform pays the gas for: its job is the platform's own, a key vouches for
 * it, and neither its wallet, nor its slot, nor, where it is one, all newcomers together have had their gas of a day.
 */
export async function assertRelayable(
  { db, client, chainId, escrow, limits }: RelayDeps,
  { jobId, contributors, cid = "", signature = "0x" }: ExaminedCall,
): Promise<void> {
  const contributor = contributors[0] as Address;
  await assertNotForeign(db, { escrow, jobId });
  await assertWithinBudget(db, limits, { escrow, jobId, contributor });
  if (limits.relayContractSigners) return;
  const [version, { delegate }] = await Promise.all([
    findEscrowVersion(client, escrow),
    getSlot(client, { escrow, jobId, contributor }),
  ]);
  const submission = { jobId, contributor, adapterCid: cid };
  await assertSignedByKey(client, { chainId, escrow, version, delegate, signature }, submission);
}

/**
 * Throws unless an acceptance is one that the platform pays the gas for: its job is the platform's own, a key signed it,
 * whose wallet could not pay by itself, and the budgets have room. That the job asks for no bond the escrow sees to.
 */
export async function assertAcceptanceRelayable(
  { db, client, chainId, escrow, limits }: RelayDeps,
  { jobId, contributors, acceptance, signature = "0x" }: ExaminedCall,
): Promise<void> {
  const contributor = contributors[0] as Address;
  if (!limits.acceptances || !acceptance)
    throw new TrainChainError("conflict", "this platform takes no slots for others", {
      fix: "Send acceptJob from your own wallet.",
    });
  await assertNotForeign(db, { escrow, jobId });
  await assertTooPoorToAccept(client, { chainId, wallet: contributor });
  assertAcceptanceAffordable(
    await findAcceptanceStanding(db, { escrow, jobId, contributor }),
    limits.acceptances,
  );
  await assertAcceptedByKey(client, { chainId, escrow, signature }, { jobId, contributor, ...acceptance });
}

/** While the chain is followed anew a job is not there yet: then what the API saw of it counts. */
async function assertNotForeign(db: Database, job: Pick<RelayedSlot, "escrow" | "jobId">): Promise<void> {
  if (!(await isForeignJob(db, job))) return;
  throw new TrainChainError(
    "conflict",
    `job ${job.jobId} is none of this platform's, which pays nothing for it`,
    {
      fix: "Send it from your own wallet.",
    },
  );
}

async function assertWithinBudget(db: Database, limits: SpendingLimits, slot: RelayedSlot): Promise<void> {
  const spent = await sumRelayGas(db, slot);
  const gas = gasLimits.submitAdapterBySig;
  const { ofNewcomers } = spent;
  const most = limits.relayGasOfNewcomers;
  const isFull: Record<string, boolean> = {
    [slot.contributor]: spent.ofWallet + gas > limits.relayGasPerWallet,
    [`the slot of ${slot.contributor} in job ${slot.jobId}`]: spent.ofSlot + gas > limits.relayGasPerSlot,
    ...(ofNewcomers && {
      "wallets that were never paid here": ofNewcomers.inAll + gas > most,
      [`such wallets in jobs of the requester of job ${slot.jobId}`]:
        4n * (ofNewcomers.ofRequester + gas) > most,
    }),
  };
  const full = Object.keys(isFull).find((whose) => isFull[whose]);
  if (!full) return;
  throw new TrainChainError("too-many-requests", `what is relayed for ${full} in a day has been relayed`, {
    fix: "Send submitAdapter from your own wallet, or ask again in a day.",
  });
}
