import type { DraftStatus, JobKind, JobSpec, SentStake } from "@trainchain/protocol";
import { and, eq, sql } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import { drafts, jobs, llmFinetuneJobs, preparations } from "../schema/index.ts";

/** A draft with what the worker and the chain know of it. */
export interface DraftRecord {
  id: string;
  kind: JobKind;
  requester: string;
  uploadId: string;
  request: Record<string, unknown>;
  status: DraftStatus;
  report: Record<string, unknown> | null;
  error: { code: string; message: string; fix?: string } | null;
  spec: JobSpec | null;
  specCid: string | null;
  jobId: bigint | null;
  createdAt: Date;
  /** When a worker had it ready. */
  preparedAt: Date | null;
  /** Counts the rounds of a request from 1. */
  round: number;
  /** Whose data it is prepared from, where it was made by changing another. */
  changedFromId: string | null;
  /** The last stake that was sent for the request, for this draft or for one that it was changed from; and its job. */
  stake: (SentStake & { specCid: string; jobId: string | null }) | null;
}

/** The job of `escrow` that a prepared draft became: same spec, same requester; the first one if there are more. */
const jobOfDraft = (escrow: string) => sql<string | null>`(
  select min(${jobs.jobId}) from ${jobs}
  where ${jobs.escrow} = ${escrow} and ${jobs.specCid} = ${llmFinetuneJobs.specCid} and ${jobs.requester} = ${drafts.requester}
)`;

/** All drafts of an upload are one request's. */
const stakeOfRequest = (escrow: string) => sql<DraftRecord["stake"]>`(
  select staked.stake || jsonb_build_object('jobId', (
    select min(opened.job_id)::text from jobs as opened
    where opened.escrow = ${escrow} and opened.spec_cid = staked.stake ->> 'specCid'
      and opened.requester = staked.requester
  ))
  from drafts as staked
  where staked.upload_id = ${drafts.uploadId} and staked.requester = ${drafts.requester}
    and staked.round = ${drafts.round} and staked.stake is not null
  order by staked.created_at desc limit 1
)`;

/** The job of another escrow that was opened for the request of a draft, of any draft of its upload. */
const jobElsewhere = (escrow: string) => sql<{ escrow: string; jobId: string } | null>`(
  select jsonb_build_object('escrow', elsewhere.escrow, 'jobId', elsewhere.job_id::text)
  from drafts as paid
  join llm_finetune_jobs as prepared on prepared.draft_id = paid.id
  join jobs as elsewhere on elsewhere.spec_cid = prepared.spec_cid and elsewhere.requester = paid.requester
  where paid.upload_id = ${drafts.uploadId} and paid.requester = ${drafts.requester} and paid.round = ${drafts.round}
    and elsewhere.escrow <> ${escrow}
  order by elsewhere.created_at limit 1
)`;

/** The base of every query that reads drafts; callers add where, order and limit. */
export function selectDrafts(db: Executor, escrow: string) {
  return db
    .select({
      draft: drafts,
      preparation: preparations,
      spec: llmFinetuneJobs.spec,
      specCid: llmFinetuneJobs.specCid,
      preparedAt: llmFinetuneJobs.preparedAt,
      jobId: jobOfDraft(escrow).as("listed_job_id"),
      stake: stakeOfRequest(escrow).as("stake_of_request"),
      elsewhere: jobElsewhere(escrow).as("job_elsewhere"),
    })
    .from(drafts)
    .leftJoin(preparations, eq(preparations.draftId, drafts.id))
    .leftJoin(llmFinetuneJobs, and(eq(llmFinetuneJobs.draftId, drafts.id), eq(preparations.status, "ready")))
    .$dynamic();
}

type DraftRow = Awaited<ReturnType<typeof selectDrafts>>[number];

/** A draft that no worker has begun with yet is preparing. */
export function toDraftRecord({
  draft,
  preparation,
  spec,
  specCid,
  preparedAt,
  jobId,
  stake,
  elsewhere,
}: DraftRow): DraftRecord {
  // What was paid once asks for no other stake, whichever escrow the platform stands on now.
  const isPaidElsewhere = jobId === null && elsewhere !== null;
  const prepared = isPaidElsewhere ? "failed" : (preparation?.status ?? "preparing");
  return {
    id: draft.id,
    kind: draft.kind,
    requester: draft.requester,
    uploadId: draft.uploadId,
    request: draft.request,
    status: draft.deletedAt ? "deleted" : jobId === null ? prepared : "listed",
    report: preparation?.report ?? null,
    // What ended a program once is tried again.
    error: isPaidElsewhere
      ? paidElsewhere(elsewhere)
      : preparation?.status === "failed"
        ? preparation.error
        : null,
    spec,
    specCid,
    jobId: jobId === null ? null : BigInt(jobId),
    createdAt: draft.createdAt,
    preparedAt,
    round: draft.round,
    changedFromId: draft.changedFromId,
    stake,
  };
}

function paidElsewhere({ escrow, jobId }: { escrow: string; jobId: string }): DraftRecord["error"] {
  return {
    code: "conflict",
    message: `it was paid as job ${jobId} of the escrow ${escrow}, which this platform has left; it is not paid again`,
    fix: "Look at that job on the chain. To have it done again, request it anew.",
  };
}
