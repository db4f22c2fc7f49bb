import { assertAcceptedByKey, assertTooPoorToAccept, slotPermitTypedData } from "@trainchain/chain";
import { enqueueTask, findAcceptanceStanding, findAcceptanceTries } from "@trainchain/db";
import {
  type AcceptJob,
  type Address,
  assertAcceptanceAffordable,
  assertAcceptanceMayBeAsked,
  freeSlots,
  isEndingEarly,
  leastAcceptanceSeconds,
  longestAcceptanceSeconds,
  TrainChainError,
} from "@trainchain/protocol";
import { type Hex, hashTypedData } from "viem";
import type { Deps } from "../deps.ts";
import { isSignedForEscrow } from "../login/is-signed-by.ts";
import { unknownJob } from "./job-params.ts";
import { findJobWithSlots, type JobWithSlots } from "./job-record.ts";

/**
 * Queues a wallet's signed acceptance for the escrow, once it is known that a slot can be had so, that the wallet's key
 * signed it and could not pay by itself, and that the budgets have room. The worker asks the same again when it sends.
 */
export function createAcceptanceRelay({ connection, chain, platform, escrowFacts }: Deps) {
  const { db } = connection;
  const { escrow, chainId, acceptances } = platform;

  async function assertPermitted(
    requester: string,
    { permit, ...slot }: { jobId: bigint; contributor: Address; permit: Hex },
  ): Promise<void> {
    const hash = hashTypedData(slotPermitTypedData({ chainId, escrow }, slot));
    if (await isSignedForEscrow(chain, requester as Address, hash, permit)) return;
    throw new TrainChainError(
      "signature-invalid",
      `the permit for ${slot.contributor} is not signed by the requester of job ${slot.jobId}`,
      { fix: "Ask the requester for a permit of this job and this wallet." },
    );
  }

  return async (jobId: bigint, contributor: Address, accepted: AcceptJob): Promise<void> => {
    const { delegate, signedUntil, signature } = accepted;
    const record = await findJobWithSlots(db, { escrow, jobId });
    if (!record?.job.own) throw unknownJob({ jobId });
    if (!acceptances || (await escrowFacts.get()).version === "1")
      throw conflict("this platform takes no slots for others", ownWay);
    const permit = record.job.permitOnly ? accepted.permit : undefined;
    assertAcceptable(record, contributor, permit !== undefined);
    assertInTime(signedUntil, record.now);
    assertAcceptanceMayBeAsked(await findAcceptanceTries(db, { escrow, jobId, contributor }));
    if (permit) await assertPermitted(record.job.requester, { jobId, contributor, permit });
    const acceptance = { jobId, contributor, delegate, signedUntil };
    await assertAcceptedByKey(chain, { chainId, escrow, signature }, acceptance);
    await assertTooPoorToAccept(chain, { chainId, wallet: contributor });
    assertAcceptanceAffordable(await findAcceptanceStanding(db, { escrow, jobId, contributor }), acceptances);
    await enqueueTask(
      db,
      "relay-acceptance",
      {
        ...{ escrow, jobId: jobId.toString(), contributor, delegate, signedUntil, signature },
        ...(permit ? { permit } : {}),
      },
      { key: `relay-acceptance/${escrow}/${jobId}/${contributor}` },
    );
  };
}

/** Throws unless this wallet can be seated in the job by its signature alone. */
function assertAcceptable(record: JobWithSlots, wallet: Address, hasPermit: boolean): void {
  const { jobId, bondWei, permitOnly } = record.job;
  if (bondWei > 0n)
    throw conflict(`job ${jobId} asks for a bond, which only the wallet itself can lock`, ownWay);
  if (permitOnly && !hasPermit)
    throw conflict(
      `a slot of job ${jobId} is taken with its requester's permit only`,
      "Send the permit too.",
    );
  const why = whyClosed(record, wallet);
  if (why) throw conflict(why, "Choose another job.");
}

/** Why no slot is to be had for this wallet, with whatever signatures; undefined where one is. */
function whyClosed({ job, slots, now }: JobWithSlots, wallet: Address): string | undefined {
  const { jobId, minContributors, maxContributors } = job;
  if (job.status !== "open") return `job ${jobId} is ${job.status}`;
  if (job.acceptBy && job.acceptBy <= now) return `job ${jobId} takes no more contributors`;
  if (job.requester === wallet) return `this wallet requested job ${jobId} and cannot contribute to it`;
  if (slots.some(({ contributor }) => contributor === wallet))
    return `this wallet has had a slot of job ${jobId} already`;
  const finishesEarly = Boolean(job.finishesEarly);
  if (isEndingEarly({ finishesEarly, terms: { minContributors }, slots }))
    return `the requester of job ${jobId} ends it with what is delivered`;
  const free = freeSlots({ terms: { maxContributors }, slots });
  return free === 0 ? `all slots of job ${jobId} are taken` : undefined;
}

function assertInTime(signedUntil: number, now: Date): void {
  const seconds = Math.floor(now.getTime() / 1_000);
  if (signedUntil >= seconds + leastAcceptanceSeconds && signedUntil <= seconds + longestAcceptanceSeconds)
    return;
  throw new TrainChainError(
    "invalid-input",
    `signedUntil: expected a time that is ${leastAcceptanceSeconds} to ${longestAcceptanceSeconds} seconds after ${seconds}`,
    { fix: "Sign it with another time; the newest block says which one it is." },
  );
}

const ownWay = "Send acceptJob from your own wallet.";

function conflict(message: string, fix: string): TrainChainError {
  return new TrainChainError("conflict", message, { fix });
}
