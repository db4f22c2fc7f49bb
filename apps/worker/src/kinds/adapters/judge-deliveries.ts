import type { AdapterJobForWork } from "@trainchain/db/work";
import type { AdapterVerdict } from "@trainchain/lora";
import { type CheckResult, reachOf, truncateAddress } from "@trainchain/protocol";
import { sealedToSlot } from "../../deliveries/sealed-to-slot.ts";
import type { WorkerDeps } from "../../deps.ts";
import type { AdapterTerms } from "./adapter-terms.ts";
import { examineAdapters } from "./examine-adapters.ts";
import type { GatheredAdapter } from "./gather-adapters.ts";
import { hearAlike } from "./hear-alike.ts";
import { judgeHeldOut } from "./judge-held-out.ts";
import { type HeldOut, measureOnHoldout } from "./measure-job.ts";
import type { RoundStart } from "./round-start.ts";

/** A delivery and the checks made of it, in their order. */
export interface JudgedDelivery {
  adapter: GatheredAdapter;
  checks: CheckResult[];
  /** Factor to merge it with (AdapterVerdict). */
  clip: number;
}

export interface Judgement {
  accepted: JudgedDelivery[];
  refused: JudgedDelivery[];
  /** Undefined where no evaluator is set up. */
  measured: HeldOut | undefined;
}

interface Delivered {
  adapters: readonly GatheredAdapter[];
  terms: AdapterTerms;
  start: RoundStart;
  dir: string;
}

/**
 * Makes all checks of a job's deliveries, given in the order of their submission. Check 5 alone compares, so it comes
 * last, and compares with what is accepted only: what is refused, for whatever reason, speaks against nobody.
 */
export async function judgeDeliveries(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  delivered: Delivered,
): Promise<Judgement> {
  const { adapters, terms, start } = delivered;
  const examine = (some: readonly GatheredAdapter[]) =>
    examineAdapters(
      terms,
      some.map(({ contributor, file, shard }) => ({
        name: truncateAddress(contributor),
        file,
        alpha: terms.alpha,
        reach: reachOf(found.prepared.spec, shard),
      })),
      start,
    );
  const examined = await examine(adapters);
  const own = adapters.map((adapter, index) => ({
    adapter,
    checks: [sealedToSlot, ...(examined[index]?.checks ?? []).filter(({ check }) => check !== "not-a-copy")],
    clip: 1,
  }));
  const formed = own.filter(isAccepted);
  const measuring = { ...delivered, adapters: formed.map(({ adapter }) => adapter) };
  const measured = formed.length > 0 ? await measureOnHoldout(deps, found, measuring) : undefined;
  const heldOut = await judgeHeldOut(deps, found, { ...measuring, losses: measured?.losses });
  const helpful = formed.filter((_, index) => heldOut[index]?.verdict !== "failed");
  const compared = await compare(deps, found, {
    ...delivered,
    adapters: helpful.map(({ adapter }) => adapter),
    examine,
    judged: helpful.length === adapters.length ? examined : undefined,
  });
  const judged = own.map(({ adapter, checks }) => {
    const { copy, clip } = compared.get(adapter) ?? { clip: 1 };
    const sixth = heldOut[formed.findIndex((one) => one.adapter === adapter)];
    return { adapter, checks: [...checks, ...(copy ? [copy] : []), ...(sixth ? [sixth] : [])], clip };
  });
  return { accepted: judged.filter(isAccepted), refused: judged.filter((one) => !isAccepted(one)), measured };
}

/**
 * Check 5, in the order of submission: each against those before it that were not themselves refused.
 * @param judged what `examine` says of all, where that is known
 */
async function compare(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  {
    examine,
    judged,
    ...delivered
  }: Delivered & {
    examine: (adapters: readonly GatheredAdapter[]) => Promise<AdapterVerdict[]>;
    judged: AdapterVerdict[] | undefined;
  },
): Promise<Map<GatheredAdapter, { copy: CheckResult; clip: number }>> {
  const compared = new Map<GatheredAdapter, { copy: CheckResult; clip: number }>();
  let left = [...delivered.adapters];
  let verdicts = judged;
  for (let next = 0; next < left.length; next++) {
    verdicts ??= await examine(left);
    const adapter = left[next]!;
    const copy = await hearAlike(deps, found, { ...delivered, adapters: left, judged: verdicts }, next);
    compared.set(adapter, { copy, clip: 1 });
    if (copy.verdict !== "failed") continue;
    left = left.filter((one) => one !== adapter);
    verdicts = undefined;
    next--;
  }
  // Clips are to the median of those that are merged.
  for (const [index, adapter] of left.entries()) compared.get(adapter)!.clip = verdicts?.[index]?.clip ?? 1;
  return compared;
}

function isAccepted({ checks }: JudgedDelivery): boolean {
  return checks.every(({ verdict }) => verdict !== "failed");
}
