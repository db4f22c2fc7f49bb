import { type Address, leastAcceptanceSeconds, TrainChainError } from "@trainchain/protocol";
import type { Hex } from "viem";
import type { EscrowAccess } from "../escrow/chain.ts";
import type { JobFacts } from "./job-record.ts";
import type { StepContext } from "./step-context.ts";
import { waitUntil } from "./wait-until.ts";

/** How long what is signed here counts, in seconds: longer than a relay is waited for. */
const signedSeconds = 600;

/** By its own clock a machine waits this much longer, in seconds: a chain without blocks has none. */
const clockSpareSeconds = 300;
/** For how long a job is passed over that the platform takes no slot of, in seconds. */
const passedOverSeconds = 900;

/** Until when an acceptance that is signed now is to count: Unix seconds, by the chain's clock or this machine's later one. */
export async function acceptanceEnd(escrow: Pick<EscrowAccess, "getSeconds">): Promise<number> {
  return Math.max(await escrow.getSeconds(), Math.floor(Date.now() / 1_000)) + signedSeconds;
}

/**
 * Whether the platform takes the slot for this wallet, which could not pay for that: only where no bond is asked.
 */
export async function isTakenByPlatform(
  { escrow, relaysAcceptances }: Pick<StepContext, "escrow" | "relaysAcceptances">,
  bondWei: bigint,
): Promise<boolean> {
  return relaysAcceptances && bondWei === 0n && (await escrow.isTooPoorToAccept());
}

/**
 * Hands a signed acceptance to the platform, which pays, and waits until the chain shows the slot.
 * @throws TrainChainError `not-ready` where it does not in the time that relays have: it may be signed and asked again
 */
export async function relayAcceptance(
  { api, escrow, patience, signal }: Pick<StepContext, "api" | "escrow" | "patience" | "signal">,
  jobId: string,
  accepted: { delegate: Address; signedUntil: number; signature: Hex; permit?: Hex | undefined },
): Promise<void> {
  await api.acceptJob(jobId, accepted);
  const lateAt = Date.now() + patience.relayMs;
  await waitUntil(
    async () => {
      if ((await escrow.getSlot(jobId)).status !== "none") return true;
      const { status, takenSlots, maxContributors } = await escrow.getJob(jobId);
      if (status !== "open" || takenSlots.length === maxContributors)
        throw new TrainChainError("conflict", `job ${jobId} has no slot left for this wallet`);
      if (Date.now() < lateAt) return undefined;
      throw notTaken(jobId);
    },
    patience.pollMs,
    signal,
  );
}

/**
 * Has the platform take a slot by what the wallet signs, which counts for some minutes: it is asked again with the same
 * until then, and nothing else is signed. Resolves with what is known of a slot that will not be, undefined of one that is there.
 * @throws TrainChainError where the slot may still come; `not-ready` also after a refusal of what was asked for before
 */
export async function takeByPlatform(
  context: StepContext,
  moves: NonNullable<EscrowAccess["moves"]>,
  permit: Hex | undefined,
): Promise<JobFacts | undefined> {
  const { escrow, delegate, record, tell, note } = context;
  const { jobId, facts } = record();
  const asked = facts.acceptance;
  if (asked && (await isOver(escrow, asked.signedUntil)))
    return passedOver(asked.refusal ?? `The platform took no slot of job ${jobId} in time.`);
  const acceptance = {
    delegate: delegate.address.toLowerCase() as Address,
    signedUntil: asked?.signedUntil ?? (await acceptanceEnd(escrow)),
  };
  const { signedUntil } = acceptance;
  if (asked?.refusal || signedUntil - leastAcceptanceSeconds <= Date.now() / 1_000) throw notTaken(jobId);
  // Before it is asked: an answer that is lost may have been a yes.
  tell({ platformPays: true, acceptance: { signedUntil } });
  const signature = await moves.signAcceptance({ jobId: BigInt(jobId), ...acceptance });
  try {
    await relayAcceptance(context, jobId, { ...acceptance, signature, permit });
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const refusal = `The platform takes no slot of job ${jobId} for this wallet: ${error.message}.`;
    if (!asked) return passedOver(refusal);
    // What was asked for before may come all the same while its signature counts.
    note({ acceptance: { signedUntil, refusal } });
    context.hinder(error);
    throw notTaken(jobId);
  }
}

/** Whether the chain takes what was signed no more. */
async function isOver(escrow: Pick<EscrowAccess, "getSeconds">, signedUntil: number): Promise<boolean> {
  if (Date.now() / 1_000 > signedUntil + clockSpareSeconds) return true;
  return (await escrow.getSeconds()) >= signedUntil;
}

function passedOver(reason: string): JobFacts {
  const askAgainAt = Math.floor(Date.now() / 1_000) + passedOverSeconds;
  return { reason, askAgainAt, acceptance: undefined };
}

/** Whether the platform has answered, and with no; a limit of requests that says when to ask again is none. */
function isRefusal(error: unknown): error is TrainChainError {
  if (!(error instanceof TrainChainError)) return false;
  const { status, retryAfterMs } = error.facts;
  const isAnswered = typeof status === "number" && status >= 400 && status < 500;
  const mayPass =
    retryAfterMs !== undefined || ["not-ready", "not-signed-in", "timeout"].includes(error.code);
  return isAnswered && !mayPass;
}

function notTaken(jobId: string): TrainChainError {
  return new TrainChainError("not-ready", `the platform has not taken a slot of job ${jobId} yet`, {
    fix: "It is asked again; or put coin for the gas into the wallet, which then takes the slot by itself.",
  });
}
