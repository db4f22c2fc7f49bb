import type { AppSettings, TakingRule } from "@trainchain/protocol";
import type { Agent } from "../jobs/agent.ts";
import { type AcceptRule, createChooser } from "../jobs/choose-job.ts";
import type { JobRecord } from "../jobs/job-record.ts";

export interface TakingOptions {
  /** What counts now; null while nothing is taken by itself. */
  rule: () => TakingRule | null;
  settings: () => AppSettings;
  /** Whether the machine may train now. */
  isHeld: () => boolean;
  pollMs: number;
  onPassedOver: (jobId: string, why: string) => void;
}

/** Takes one open job after another by its owner's rule, when the machine is free, until the signal aborts. */
export async function takeByItself(agent: Agent, options: TakingOptions, signal: AbortSignal): Promise<void> {
  const { rule, settings, isHeld, pollMs, onPassedOver } = options;
  let known: { key: string; rule: AcceptRule } | undefined;

  function ruleNow(): AcceptRule | undefined {
    const own = rule();
    if (!own || isHeld()) return undefined;
    const { mostBondPercent, hours } = settings();
    const key = JSON.stringify([own, mostBondPercent, hours]);
    if (known?.key !== key) {
      const amounts = { minRewardWei: BigInt(own.minRewardWei), minPerHourWei: BigInt(own.minPerHourWei) };
      known = { key, rule: { ...own, ...amounts, mostBondPercent, hours } };
    }
    return known.rule;
  }

  const choose = createChooser(agent, { rule: ruleNow, pollMs, onPassedOver });
  while (!signal.aborted) {
    const job = await choose(signal);
    // The rule may have been ended while the look was made.
    if (job && ruleNow()) agent.run(job.jobId, { byItself: true }).catch(() => undefined);
  }
}

/** What a job that ended cost, where it lost its bond; undefined where it did not. */
export function lostBondOf(record: JobRecord): bigint | undefined {
  const bondWei = BigInt(record.facts.bondWei ?? 0);
  return record.state === "released" && bondWei > 0n ? bondWei : undefined;
}
