import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TrainerEvent, type TrainingPoint, trainerEventSchema } from "@trainchain/protocol";

/** More than a screen is wide is not drawn. */
const maxPoints = 2_000;

export function toPoint(event: TrainerEvent): TrainingPoint | undefined {
  if (event.event === "step") {
    const { step, steps, loss, tokensPerSecond, etaSeconds, memoryMb } = event;
    return { unit: "step", step, steps, loss, perSecond: tokensPerSecond, etaSeconds, memoryMb };
  }
  if (event.event !== "epoch") return undefined;
  const { epoch: step, epochs: steps, loss, imagesPerSecond, etaSeconds, memoryMb } = event;
  return { unit: "epoch", step, steps, loss, perSecond: imagesPerSecond, etaSeconds, memoryMb };
}

/**
 * The loss curve of a job from its trainer's log, thinned evenly to what can be drawn. A step that was trained again
 * after a crash appears once, as it was trained last.
 */
export async function readPoints(jobDir: string): Promise<TrainingPoint[]> {
  const points = new Map<number, TrainingPoint>();
  const stream = createReadStream(trainerLog(jobDir));
  try {
    for await (const line of createInterface({ input: stream })) {
      const point = /^\{"event":"(step|epoch)"/.test(line) ? pointIn(line) : undefined;
      if (point) points.set(point.step, point);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const inOrder = [...points.values()].sort((a, b) => a.step - b.step);
  const every = Math.ceil(inOrder.length / maxPoints);
  return every <= 1
    ? inOrder
    : inOrder.filter((_, index) => index % every === 0 || index === inOrder.length - 1);
}

export function trainerLog(jobDir: string): string {
  return join(jobDir, "trainer.log");
}

function pointIn(line: string): TrainingPoint | undefined {
  try {
    const parsed = trainerEventSchema.safeParse(JSON.parse(line));
    return parsed.success ? toPoint(parsed.data) : undefined;
  } catch {
    // The last line of a run that was killed may be cut.
    return undefined;
  }
}
