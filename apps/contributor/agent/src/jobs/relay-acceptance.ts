import {
  type Address,
  leastAcceptanceSeconds,
  TrainChainError,
  toTrainChainError,
} from "@trainchain/protocol";
import type { Hex } from "viem";
import type { EscrowAccess } from "../escrow/chain.ts";
import type { JobFacts } from "./job-record.ts";
import type { StepContext } from "./step-context.ts";
import { waitUntil } from "./wait-until.ts";

/** How long what is signed here counts, in seconds: longer than a relay is waited for. */
const signedSeconds = 600;

/** By its own clock a machine waits this much longer, in seconds: a chain without blocks has none. */
const clockSpareSeconds = 300;
/** For how long a job is passed over at least that the platform takes no slot of, in seconds. */
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
    if (!asked) return passedOver(refusal, askedSeconds(error));
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

function passedOver(reason: string, seconds = 0): JobFacts {
  const askAgainAt = Math.floor(Date.now() / 1_000) + Math.max(passedOverSeconds, seconds);
  return { reason, askAgainAt, acceptance: undefined };
}

/**
 * Whether the platform has answered, and with no. A limit that says when to ask again is none, unless that is when what
 * is signed now counts no more.
 */
function isRefusal(error: unknown): error is TrainChainError {
  if (!(error instanceof TrainChainError)) return false;
  const { status } = error.facts;
  const isAnswered = typeof status === "number" && status >= 400 && status < 500;
  const seconds = askedSeconds(error);
  const mayPass =
    seconds === undefined
      ? ["not-ready", "not-signed-in", "timeout"].includes(error.code)
      : seconds < signedSeconds - leastAcceptanceSeconds;
  return isAnswered && !mayPass;
}

/** After how long the platform wants to be asked again, in seconds, where it said so. */
function askedSeconds({ facts: { retryAfterMs } }: TrainChainError): number | undefined {
  return typeof retryAfterMs === "number" ? Math.ceil(retryAfterMs / 1_000) : undefined;
}

/**
 * What is told of an acceptance that was signed in a window and is not on chain: whoever has it may still bring it there,
 * after a refusal too.
 */
export function stillCounts(jobId: string, signedUntil: number, why: unknown): TrainChainError {
  const until = new Date(signedUntil * 1_000).toISOString().slice(11, 16);
  const { message } = toTrainChainError(why);
  return new TrainChainError("not-ready", `there is no slot of job ${jobId} yet: ${message}`, {
    fix: `What you signed counts until ${until} UTC. Should the slot still be taken with it, the work begins by itself; nothing is lost otherwise.`,
  });
}

/** Resolves with whether the wallet has a slot that was signed for, at the latest when the signature counts no more. */
export async function comesLate(
  { escrow, patience, signal }: Pick<StepContext, "escrow" | "patience" | "signal">,
  jobId: string,
  signedUntil: number,
): Promise<boolean> {
  return waitUntil(
    async () => {
      // A node that does not answer is asked again.
      const slot = await escrow.getSlot(jobId).catch(() => undefined);
      if (slot && slot.status !== "none") return true;
      return (await isOver(escrow, signedUntil).catch(() => false)) ? false : undefined;
    },
    10 * patience.pollMs,
    signal,
  );
}

function notTaken(jobId: string): TrainChainError {
  return new TrainChainError("not-ready", `the platform has not taken a slot of job ${jobId} yet`, {
    fix: "It is asked again; or put coin for the gas into the wallet, which then takes the slot by itself.",
  });
}
