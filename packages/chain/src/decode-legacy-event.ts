import type { Address } from "@trainchain/protocol";
import { type Log, parseEventLogs } from "viem";
import type { EventPosition } from "./decode-event.ts";
import { legacyAbi } from "./generated/predecessor-events.ts";

/** What the predecessor contract's events say, which are followed read-only. Its CIDs are whatever it was given. */
export type LegacyEventData =
  | { name: "JobCreated"; jobId: bigint; requester: Address; stakeWei: bigint }
  | { name: "JobAccepted"; jobId: bigint; contributor: Address }
  | { name: "JobCancelled"; jobId: bigint; requester: Address }
  | { name: "JobFailed"; jobId: bigint; contributor: Address }
  | { name: "JobCompleted"; jobId: bigint; contributor: Address; rewardWei: bigint; resultCid: string }
  | { name: "FedJobCreated"; jobId: bigint; requester: Address; maxContributors: number; stakeWei: bigint }
  | { name: "FedJobSlotAccepted"; jobId: bigint; contributor: Address; slot: number }
  | { name: "AdapterSubmitted"; jobId: bigint; contributor: Address; adapterCid: string; submissions: number }
  | { name: "FedJobCompleted"; jobId: bigint; requester: Address; resultCid: string; shareWei: bigint };

export type LegacyEvent = LegacyEventData & EventPosition;

/** The predecessor's names for what we name otherwise. */
const renamed: Record<string, string> = {
  stakeAmount: "stakeWei",
  reward: "rewardWei",
  rewardPerContributor: "shareWei",
  trainedModelCID: "resultCid",
  mergedAdapterCID: "resultCid",
  adapterCID: "adapterCid",
  slotIndex: "slot",
  submittedCount: "submissions",
};

/** The predecessor's events among mined logs, in their order. Logs of other contracts' events are left out. */
export function decodeLegacyEvents(logs: readonly Log[]): LegacyEvent[] {
  return parseEventLogs({ abi: legacyAbi, logs: [...logs], strict: true }).map((log) => {
    const fields = Object.entries(log.args).map(([key, value]) => [
      renamed[key] ?? key,
      key === "requester" || key === "contributor" ? String(value).toLowerCase() : value,
    ]);
    return {
      name: log.eventName,
      ...Object.fromEntries(fields),
      address: log.address.toLowerCase(),
      blockNumber: log.blockNumber,
      blockHash: log.blockHash,
      transactionHash: log.transactionHash,
      logIndex: log.logIndex,
    } as LegacyEvent;
  });
}
