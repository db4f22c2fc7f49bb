import { readSafetensorsHeader } from "@trainchain/lora";
import { withFileSource } from "@trainchain/lora/node";
import { type CheckResult, commitmentSchema, isReplayable, type ReplayPlan } from "@trainchain/protocol";
import type { CommittedTraining } from "../../../deliveries/committed-training.ts";
import { disproved, notReplayed } from "../checks/replay.ts";

/** What a delivered adapter's file commits to, or why it is refused: the file itself is known to be well-formed. */
export async function readCommitment(
  file: string,
  plan: ReplayPlan & Pick<CommittedTraining, "segmentUses">,
): Promise<CommittedTraining | CheckResult> {
  const { metadata } = await withFileSource(file, readSafetensorsHeader);
  const read = commitmentSchema.safeParse(metadata);
  if (!read.success)
    return disproved(
      "The file commits to no states of its training (segments, steps, root and arithmetic in its metadata), which the job asks for.",
    );
  const { segments, steps, root, arithmetic } = read.data;
  if (segments !== plan.segments || steps !== plan.steps)
    return disproved(
      `The file commits to ${segments} stages of ${steps} steps; the job's training has ${plan.segments} of ${plan.steps}.`,
    );
  if (plan.arithmetic !== undefined && arithmetic !== plan.arithmetic)
    return disproved(`The training was computed in ${arithmetic}; the job asks for ${plan.arithmetic}.`);
  const notJudged = isReplayable(arithmetic)
    ? undefined
    : notReplayed(
        `The training was computed in ${arithmetic}, in which the platform cannot do it again: nothing is judged by this.`,
      );
  return { ...plan, root, arithmetic, notJudged };
}
