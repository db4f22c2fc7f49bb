import type { Replay } from "@trainchain/db/replays";
import type { JobForWork } from "@trainchain/db/work";

/** What a job's trainings that are not done again yet, or not delivered, take of the time for it. */
export interface PendingReplays {
  /** How many deliveries for the slot were refused by this check. */
  refusedBefore: number;
  /** Other slots of which a delivery was refused, so that all of the next one is done again. */
  others: number;
  /** Slots beside these, of which a few segments are drawn. */
  few: number;
}

/** What comes of a job's slots beside `slot`, by what was drawn and judged of its deliveries until now. */
export function pendingReplays(
  { job, slots }: { job: Pick<JobForWork["job"], "maxContributors">; slots: readonly SlotOf[] },
  replays: readonly Pick<Replay, "contributor" | "check">[],
  slot: number,
): PendingReplays {
  const bySlot = Map.groupBy(slots, (taken) => taken.slot);
  const judged = (of: number, isRefusal: boolean) => {
    const holders = new Set(bySlot.get(of)?.map(({ contributor }) => contributor));
    return replays.filter(
      ({ contributor, check }) =>
        holders.has(contributor) && check && (check.verdict === "failed") === isRefusal,
    ).length;
  };
  const pending = Array.from({ length: job.maxContributors }, (_, index) => index).filter(
    (index) => index !== slot && judged(index, false) === 0,
  );
  const others = pending.filter((index) => judged(index, true) > 0).length;
  return { refusedBefore: judged(slot, true), others, few: pending.length - others };
}

interface SlotOf {
  slot: number;
  contributor: string;
}
