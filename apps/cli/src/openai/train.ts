import { getJob } from "@trainchain/chain";
import {
  type DraftView,
  deliveredLoss,
  type JobView,
  type ProgressEvent,
  TrainChainError,
  toTrainChainError,
} from "@trainchain/protocol";
import { signDraft, untilListed } from "@trainchain/requester";
import { downloadJob } from "../download-job.ts";
import { findDraftOfKey, jobOfConflict } from "../open-job.ts";
import type { WalletPlatform } from "../platform.ts";
import type { JobTerms } from "./door.ts";
import { spentNothing } from "./ends.ts";
import { keepMetrics } from "./keep-metrics.ts";
import { refundOf } from "./refund-of.ts";
import { requestDraft } from "./request-draft.ts";
import type { KeptJob } from "./state.ts";
import { now, type Store } from "./store.ts";

/** One job on its way; what is true of it is in its record, so that another process can go on. */
export interface Run {
  platform: WalletPlatform;
  store: Store;
  terms: JobTerms;
  job: KeptJob;
  signal: AbortSignal;
  /** One signature after another. */
  inTurn: <Value>(work: () => Promise<Value>) => Promise<Value>;
}

/** Leads a job from where its record says that it stands to its end: data sent, stake paid, result fetched. */
export async function train(run: Run): Promise<void> {
  const { platform, store, job } = run;
  const jobId = job.jobId ?? (await open(run));
  const ended = await follow(run, jobId);
  if (ended.resultCid === null) return closeWithoutResult(run, ended);
  await downloadJob(platform.api, jobId, store.resultOf(job), { adapters: false });
  const { result } = await platform.api.getReceipt(jobId);
  const fineTunedModel = nameOf(job);
  const metrics = await keepMetrics(store, job, await platform.api.getCurves(jobId));
  const tell = (message: string) => store.addEvent(job, { level: "info", message });
  await tell(`New fine-tuned model created: ${fineTunedModel}`);
  await tell("The job has successfully completed");
  Object.assign(job, {
    ...{ ...metrics, fineTunedModel, heldOutLoss: deliveredLoss(result) ?? null },
    ...{ status: "succeeded", finishedAt: now() },
  });
  await store.save();
}

/** As OpenAI writes the names of such models. */
function nameOf({ model, suffix, id }: KeptJob): string {
  const base = model.split("/").at(-1)?.toLowerCase();
  return `ft:${base}:${(suffix ?? "trainchain").replaceAll(" ", "-")}:${id.slice(-8)}`;
}

/** Everything up to the listed job. Whatever broke off before goes on: the platform knows the request by the job's id. */
async function open(run: Run): Promise<string> {
  const { platform, store, job, signal, inTurn } = run;
  const stakeWei = BigInt(job.heldWei);
  const draft = (await findDraftOfKey(platform, job.id, stakeWei)) ?? (await requestDraft(run));
  const opened = await inTurn(async () => {
    signal.throwIfAborted();
    if (BigInt(draft.stakeWei) !== stakeWei)
      throw new TrainChainError(
        "conflict",
        `the platform asks for ${draft.stakeWei} wei, not for ${stakeWei}`,
      );
    const jobId = draft.jobId ?? (await pay(run, draft)).jobId;
    Object.assign(job, { jobId: jobId.toString(), status: "queued" });
    await store.save();
    await store.addEvent(job, {
      level: "info",
      message: `Files validated, moving job to queued state: it is job ${jobId} of ${platform.escrow}`,
    });
    return { jobId: BigInt(jobId), draftId: draft.id };
  });
  await untilListed(platform.api, opened);
  return opened.jobId.toString();
}

/** Stakes; `isPaying` is kept from before the signature until it is known that none of it was spent. */
async function pay({ platform, store, job }: Run, draft: DraftView): Promise<{ jobId: string | bigint }> {
  let isAsked = false;
  const setPaying = async (isPaying: boolean) => {
    job.isPaying = isPaying;
    await store.save();
  };
  const beforeSending = async () => {
    isAsked = true;
    await setPaying(true);
  };
  return signDraft(platform, draft, { beforeSending }).catch(async (thrown: unknown) => {
    if (isAsked && spentNothing(toTrainChainError(thrown))) await setPaying(false);
    return jobOfConflict(thrown);
  });
}

/** Waits for the job's end; what its contributors report meanwhile is kept. */
async function follow({ platform, store, job, signal }: Run, jobId: string): Promise<JobView> {
  for await (const change of platform.api.watchJob(jobId, { signal })) {
    if (change.type === "progress") await noteStep(store, job, change.progress);
    else if (change.job.status !== "open") return change.job;
    else if (job.status === "queued" && change.job.slots.some(({ status }) => status === "accepted")) {
      await store.addEvent(job, { level: "info", message: "Fine-tuning job started" });
      job.status = "running";
      await store.save();
    }
  }
  signal.throwIfAborted();
  throw new TrainChainError("internal", `watching job ${jobId} ended before the job`);
}

async function noteStep(store: Store, job: KeptJob, { slot, event }: ProgressEvent): Promise<void> {
  if (event.event !== "step") return;
  const { step, steps, loss, tokens } = event;
  await store.addEvent(job, {
    level: "info",
    message: `Step ${step}/${steps}: training loss=${loss}`,
    data: { slot, step, total_steps: steps, train_loss: loss, trained_tokens: tokens },
  });
}

async function closeWithoutResult(
  { platform: { api, reader, escrow }, store, job }: Run,
  { status, nextStep }: JobView,
): Promise<void> {
  const ended = await getJob(reader, { escrow, jobId: BigInt(job.jobId ?? 0) });
  if (ended.status === "open")
    throw new TrainChainError(
      "not-ready",
      `the platform says that job ${job.jobId} is ${status}; the chain does not`,
    );
  // What is free again is for the chain to say, too.
  const refundWei = await refundOf({ api, reader, escrow }, BigInt(job.jobId ?? 0));
  job.heldWei = (ended.stakeWei - refundWei).toString();
  await store.addEvent(job, { level: "error", message: nextStep.text });
  job.finishedAt = now();
  job.status = ended.status === "cancelled" ? "cancelled" : "failed";
  if (job.status === "failed") job.error = { code: ended.status, message: nextStep.text, param: null };
  await store.save();
}
