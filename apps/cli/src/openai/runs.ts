import { setTimeout as pause } from "node:timers/promises";
import { type TrainChainError, takeTurns, toTrainChainError } from "@trainchain/protocol";
import { escrowMoves } from "@trainchain/requester";
import type { WalletPlatform } from "../platform.ts";
import type { JobTerms } from "./door.ts";
import { endsJob } from "./ends.ts";
import { RefusedRequest, sentences } from "./errors.ts";
import { hasEnded, type KeptJob } from "./state.ts";
import { now, type Store } from "./store.ts";
import { train } from "./train.ts";

const retryMs = { first: 5_000, most: 60_000 };

export type Runs = ReturnType<typeof createRuns>;

/** The jobs that this process leads on, side by side; their signatures come one after another. */
export function createRuns(deps: { platform: WalletPlatform; store: Store; terms: JobTerms }) {
  const { platform, store } = deps;
  const inTurn = takeTurns();
  const running = new Map<string, AbortController>();

  /** What does not end the job is tried until it comes right. */
  async function lead(job: KeptJob, signal: AbortSignal): Promise<void> {
    let told = "";
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        return await train({ ...deps, job, signal, inTurn });
      } catch (thrown) {
        if (signal.aborted) return;
        const error = toTrainChainError(thrown);
        const message = sentences(error.message, error.fix);
        if (endsJob(error, job)) return fail(job, error, message);
        // A full disk takes no event either.
        if (message !== told) await store.addEvent(job, { level: "warn", message }).catch(() => undefined);
        told = message;
        const ms = Math.min(retryMs.first * 2 ** failures, retryMs.most);
        await pause(ms, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async function fail(job: KeptJob, { code }: TrainChainError, message: string): Promise<void> {
    // Nothing of it is spent: no job that may be on chain comes here.
    job.heldWei = "0";
    await store.addEvent(job, { level: "error", message });
    const isOfData = code === "dataset-invalid";
    Object.assign(job, {
      status: "failed",
      finishedAt: now(),
      error: isOfData
        ? { code: "invalid_training_file", message, param: "training_file" }
        : { code, message, param: null },
    });
    await store.save();
  }

  return {
    /** Leads a job on, in the background. */
    start(job: KeptJob): void {
      const controller = new AbortController();
      running.set(job.id, controller);
      void lead(job, controller.signal)
        .then(() =>
          job.status === "cancelled" && job.jobId === null ? deleteDraft(platform, job) : undefined,
        )
        // The record could not be written: the next start goes on from what it says.
        .catch(() => undefined)
        .finally(() => running.delete(job.id));
    },

    /** Takes a job back that nobody has begun to train. */
    cancel: (job: KeptJob): Promise<void> =>
      inTurn(async () => {
        if (hasEnded(job)) throw new RefusedRequest(`Job ${job.id} has already ${job.status}`);
        if (job.jobId === null && job.isPaying)
          throw new RefusedRequest(`Job ${job.id} is being paid for; cancel it in a moment`);
        if (job.jobId !== null)
          await escrowMoves.cancelJob(platform, BigInt(job.jobId)).catch((cause: unknown) => {
            const { message } = toTrainChainError(cause);
            throw new RefusedRequest(`Job ${job.id} can no longer be cancelled: ${message}`);
          });
        Object.assign(job, { status: "cancelled", finishedAt: now(), heldWei: "0" });
        running.get(job.id)?.abort();
        await store.save();
        await store.addEvent(job, {
          level: "info",
          message: "Fine-tuning job cancelled; nothing of its stake is spent",
        });
      }),

    /** Leaves every job where its record says that it stands. */
    stop(): void {
      for (const controller of running.values()) controller.abort();
    },
  };
}

/** Nothing was paid for it, so its draft is of no use to anybody. */
async function deleteDraft({ api }: WalletPlatform, { id }: KeptJob): Promise<void> {
  const { items } = await api.listDrafts({ key: id, limit: 1 });
  for (const draft of items) if (draft.jobId === null) await api.deleteDraft(draft.id);
}
