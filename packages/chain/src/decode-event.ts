import { type Address, type JobStatus, type JobTerms, jobStatuses } from "@trainchain/protocol";
import { type ContractEventName, type Hash, type Log, parseEventLogs } from "viem";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";

/** What the escrow's events say: amounts as bigint wei, times as Unix seconds, addresses in lower case. */
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
  | { name: "AdapterRejected"; jobId: bigint; contributor: Address; reasonCid: string }
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
export type EscrowEventName = ContractEventName<typeof aiModelTrainingAbi> & EscrowEventData["name"];

/** The escrow's events among mined logs, in their order. Logs of other contracts' events are left out. */
export function decodeEvents(logs: readonly Log[]): EscrowEvent[] {
  return parseEventLogs({ abi: aiModelTrainingAbi, logs: [...logs], strict: true }).flatMap((log) => {
    if (log.eventName === "EIP712DomainChanged") return [];
    const { eventName, args, address, blockNumber, blockHash, transactionHash, logIndex } = log;
    const data = { name: eventName, ...normalise(args) } as EscrowEventData;
    return [
      { ...data, address: lower(address), blockNumber, blockHash, transactionHash, logIndex } as EscrowEvent,
    ];
  });
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
