import type { DraftRecord } from "@trainchain/db/market";
import {
  changeableOf,
  type DraftView,
  jobKinds,
  kindOf,
  seriesOf,
  stakeOfRound,
  type TermsView,
  termsFor,
} from "@trainchain/protocol";
import type { Deps, Platform } from "../deps.ts";
import { chainNow } from "./chain-clock.ts";
import type { EscrowFacts } from "./escrow-facts.ts";
import { isChangeable } from "./is-changeable.ts";
import { memoryOf } from "./job-view.ts";

/** How drafts look now: the chain's time and what its escrow is belong to what they ask to be signed. */
export async function draftViewer({
  connection,
  escrowFacts,
  platform,
}: Pick<Deps, "connection" | "escrowFacts" | "platform">): Promise<(draft: DraftRecord) => DraftView> {
  const [now, facts] = await Promise.all([chainNow(connection.db), escrowFacts.find()]);
  return (draft) => toDraftView(draft, platform, now, facts);
}

/**
 * A draft as its requester sees it; acceptBy of the terms counts from `now`, the chain's. It has no terms while nothing
 * is known of the escrow.
 */
function toDraftView(
  draft: DraftRecord,
  platform: Platform,
  now: Date,
  facts: EscrowFacts | undefined,
): DraftView {
  const request = kindOf(draft.kind).termsOf(draft.request);
  const stakeWei = stakeOfRound(request.rewardWei, request.rounds, draft.round);
  return {
    id: draft.id,
    kind: draft.kind,
    status: draft.status,
    report: draft.report,
    error: draft.error,
    spec: draft.spec,
    memory: draft.spec ? memoryOf(kindOf(draft.kind).needsOf(draft.spec, platform.models)) : undefined,
    terms: facts ? termsOf(draft, platform, { now, stakeWei, facts }) : null,
    title: typeof draft.request.title === "string" ? draft.request.title : "",
    stakeWei: stakeWei.toString(),
    series:
      request.rounds > 1
        ? {
            round: draft.round,
            rounds: request.rounds,
            previousJobId: previousJobOf(draft),
            totalWei: request.rewardWei.toString(),
          }
        : null,
    changeable: isChangeable(draft) ? changeableOf(draft.kind, draft.request) : null,
    nextStep: describeDraft(draft, request.rounds),
    stake: draft.stake,
    jobId: draft.jobId?.toString() ?? null,
    createdAt: draft.createdAt.toISOString(),
    endsAt: draft.jobId === null ? endOf(draft, platform).toISOString() : null,
  };
}

/** What its wallet signs, once it is ready. */
function termsOf(
  draft: DraftRecord,
  platform: Platform,
  { now, stakeWei, facts }: { now: Date; stakeWei: bigint; facts: EscrowFacts },
): TermsView | null {
  const isReady = draft.status === "ready" || draft.status === "listed";
  if (!isReady || !draft.specCid) return null;
  const request = kindOf(draft.kind).termsOf(draft.request);
  const { permitOnly } = request;
  // Asked for while nothing was known of the escrow, or of another: without the permits nothing is to be signed.
  if (permitOnly && facts.version === "1") return null;
  const asked = {
    kind: jobKinds.indexOf(draft.kind),
    minContributors: request.minContributors,
    maxContributors: request.contributors,
    acceptBy: Math.floor(now.getTime() / 1000) + request.acceptWithinSeconds,
    trainingPeriod: request.trainingPeriodSeconds,
    reviewPeriod: request.reviewPeriodSeconds,
    bondWei: request.bondWei,
    aggregator: platform.aggregator,
    specCid: draft.specCid,
    // The first version knows neither.
    ...(facts.version === "2" ? { permitOnly, referee: platform.referee } : {}),
  };
  const terms = termsFor(facts.version, asked, { stakeWei, feeBps: facts.feeBps });
  return { ...terms, bondWei: terms.bondWei.toString() };
}

/** When a draft that nobody pays for is deleted. */
function endOf({ preparedAt, createdAt }: DraftRecord, { unpaidMs }: Platform): Date {
  return new Date((preparedAt ?? createdAt).getTime() + unpaidMs);
}

function previousJobOf({ spec }: DraftRecord): string | null {
  return (spec && seriesOf(spec)?.previousJobId) ?? null;
}

/** What the requester can do with a draft now. */
function describeDraft(draft: DraftRecord, rounds: number): string {
  if (draft.status === "preparing") return "The data is being checked, split and sealed.";
  if (draft.status === "failed") return "Mend what the report names and request the job anew.";
  if (draft.status === "listed") return `It is job ${draft.jobId}.`;
  if (draft.status === "deleted") return "It was deleted.";
  const previous = previousJobOf(draft);
  if (previous === null) return "Sign these terms to stake the reward and open the job.";
  return `Round ${draft.round} of ${rounds} goes on from job ${previous}: sign to pay for it, or delete it to stop here.`;
}
