import { type Address, bondWeiOf, type JobStatus, type JobTerms, jobStatuses } from "@trainchain/protocol";
import { type AbiEvent, type Hash, type Log, parseEventLogs } from "viem";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";
import { aiModelTrainingV2Abi } from "./generated/ai-model-training-v2.ts";

/**
 * What the events of the escrow's versions say, in one vocabulary: amounts as bigint wei, times as Unix seconds,
 * addresses in lower case.
 */
export type EscrowEventData =
  | {
      name: "JobCreated";
      jobId: bigint;
      requester: Address;
      terms: JobTerms;
      stakeWei: bigint;
      feeBps: number;
    }
  | {
      name: "JobAccepted";
      jobId: bigint;
      contributor: Address;
      slot: number;
      delegate: Address;
      deadline: number;
    }
  | { name: "DelegateChanged"; jobId: bigint; contributor: Address; delegate: Address }
  | { name: "AdapterSubmitted"; jobId: bigint; contributor: Address; adapterCid: string }
  | {
      name: "AdapterRejected";
      jobId: bigint;
      contributor: Address;
      reasonCid: string;
      /** Of the second version alone, where a refusal takes effect with RejectionEnforced. */
      provable?: boolean;
      appealBy?: number;
    }
  | { name: "RejectionAppealed"; jobId: bigint; contributor: Address; evidenceCid: string; rulingBy: number }
  | { name: "AppealRuled"; jobId: bigint; contributor: Address; overturned: boolean; reasonCid: string }
  | { name: "RejectionEnforced"; jobId: bigint; contributor: Address; burntWei: bigint; refundWei: bigint }
  /** The second version burns what is forfeited, the first keeps it for the job's end. */
  | { name: "SlotReleased"; jobId: bigint; contributor: Address; forfeitedWei: bigint }
  | { name: "JobCompleted"; jobId: bigint; contributor: Address; amountWei: bigint }
  | {
      name: "JobClosed";
      jobId: bigint;
      status: JobStatus;
      resultCid: string;
      refundWei: bigint;
      feeWei: bigint;
    }
  | { name: "PaymentDeferred"; wallet: Address; amountWei: bigint }
  | { name: "Withdrawn"; wallet: Address; amountWei: bigint };

/** Where an event is on the chain. */
export interface EventPosition {
  /** The emitting contract. */
  address: Address;
  blockNumber: bigint;
  blockHash: Hash;
  transactionHash: Hash;
  logIndex: number;
}

export type EscrowEvent = EscrowEventData & EventPosition;

/** The events of both versions. Where their topics differ a log says which it is of; where not, they mean the same. */
const escrowEvents: readonly AbiEvent[] = [...aiModelTrainingAbi, ...aiModelTrainingV2Abi].filter(
  (entry) => entry.type === "event",
);

/** The escrow's events among mined logs, in their order, of either version. Other contracts' events are left out. */
export function decodeEvents(logs: readonly Log[]): EscrowEvent[] {
  return parseEventLogs({ abi: escrowEvents, logs: [...logs], strict: true }).flatMap((log) => {
    if (log.eventName === "EIP712DomainChanged") return [];
    const { eventName, args, address, blockNumber, blockHash, transactionHash, logIndex } = log;
    const data = withBond({ name: eventName, ...normalise(args as object) } as EscrowEventData);
    return [
      { ...data, address: lower(address), blockNumber, blockHash, transactionHash, logIndex } as EscrowEvent,
    ];
  });
}

/** The second version says a bond as a part of a share: what that comes to is said as well. */
function withBond(event: EscrowEventData): EscrowEventData {
  if (event.name !== "JobCreated" || event.terms.bondBps === undefined) return event;
  const { terms, stakeWei, feeBps } = event;
  const { bondBps = 0, maxContributors } = terms;
  const bondWei = bondWeiOf(bondBps, { rewardWei: stakeWei, feeBps, maxContributors });
  return { ...event, terms: { ...terms, bondWei } };
}

/** One mined log as the escrow's event; undefined where it is none of them. */
export function decodeEvent(log: Log): EscrowEvent | undefined {
  return decodeEvents([log])[0];
}

/** The number of the job that a createJob transaction made, from its receipt. */
export function findCreatedJobId(receipt: { logs: readonly Log[] }): bigint | undefined {
  const created = decodeEvents(receipt.logs).find((event) => event.name === "JobCreated");
  return created?.name === "JobCreated" ? created.jobId : undefined;
}

/** Lower-case addresses and a named status, at any depth of an event's arguments. */
function normalise(args: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => {
      if (key === "status") return [key, jobStatuses[value as number]];
      if (typeof value === "object" && value !== null) return [key, normalise(value)];
      return [key, typeof value === "string" && /^0x[0-9a-fA-F]{40}$/.test(value) ? lower(value) : value];
    }),
  );
}

function lower(address: string): Address {
  return address.toLowerCase() as Address;
}
