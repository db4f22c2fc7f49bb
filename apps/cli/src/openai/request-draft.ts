import { type DraftView, proposeLearningRate, rateLimits, TrainChainError } from "@trainchain/protocol";
import { assertAffordable, getOfferedModel } from "../check-before-upload.ts";
import { checkRows } from "../check-rows.ts";
import { llmFinetune } from "../kinds/llm-finetune/kind.ts";
import type { Output } from "../output.ts";
import { prepareDraft } from "../prepare-draft.ts";
import type { KeptJob } from "./state.ts";
import type { Store } from "./store.ts";
import type { Run } from "./train.ts";

/** Checks a job's rows, sends them and asks for the job under its own id; resolves once it can be paid for. */
export async function requestDraft({ platform, store, terms, job }: Run): Promise<DraftView> {
  const file = store.state.files.find(({ id }) => id === job.trainingFile);
  if (!file) throw new TrainChainError("not-found", `the training file ${job.trainingFile} was deleted`);
  const { rewardWei, slots, deadlines } = { ...terms, rewardWei: BigInt(job.heldWei) };
  const { parametersBillion } = getOfferedModel(job.model, platform);
  await assertAffordable(platform, { rewardWei, rounds: 1, slots });
  const output = notesOf(store, job);
  const checked = await checkRows(
    platform,
    store.pathOf(file),
    { model: job.model, leaveOut: false },
    output,
  );
  const { epochs, learningRateMultiplier: factor } = job.hyperparameters;
  return prepareDraft(platform, store.pathOf(file), {
    output,
    preparing: "checking rows, keeping a holdout, sealing shards",
    create: (uploadId) =>
      platform.api.requestJob(llmFinetune, {
        ...{ uploadId, model: job.model, contributors: slots, rewardWei: rewardWei.toString() },
        ...{ ...deadlines, ...checked, key: job.id, seed: job.seed, title: job.suffix ?? undefined },
        ...(epochs === null ? {} : { epochs }),
        ...(factor === null
          ? {}
          : { learningRate: withinLimits(factor * proposeLearningRate(parametersBillion, file.rows)) }),
      }),
  });
}

function withinLimits(rate: number): number {
  return Math.min(rateLimits.most, Math.max(rateLimits.least, rate));
}

/** What the commands say on the way becomes the job's events. */
function notesOf(store: Store, job: KeptJob): Output {
  const note = (message: string) =>
    void store.addEvent(job, { level: "info", message }).catch(() => undefined);
  return { json: false, note, result: () => undefined };
}
