import type { TrainerEvent } from "@trainchain/protocol";
import type { StepContext } from "../step-context.ts";

export interface TrainerProgress {
  take(event: TrainerEvent): void;
  /** The furthest step, or epoch, that this start has come to. */
  reached(): number;
}

/** Notes what a trainer reports, steps once a second at most; one that makes steps is held up by nothing. */
export function createTrainerProgress({ note, onTrainerEvent }: StepContext): TrainerProgress {
  let notedAt = 0;
  let reached = 0;
  return {
    take(event) {
      if (event.event === "epoch") {
        reached = event.epoch;
        note({ step: event.epoch, steps: event.epochs, loss: event.loss, hindrance: undefined });
      } else if (event.event === "step") {
        const { step, steps, loss } = event;
        reached = step;
        if (Date.now() - notedAt > 1_000 || step === steps) {
          note({ step, steps, loss, hindrance: undefined });
          notedAt = Date.now();
        }
      }
      onTrainerEvent(event);
    },
    reached: () => reached,
  };
}
