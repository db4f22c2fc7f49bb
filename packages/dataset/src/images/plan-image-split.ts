import { chanceSignificance, leastCorrect, TrainChainError } from "@trainchain/protocol/plain";
import { createRowOrder } from "../row-order.ts";
import type { ArchiveImage, ClassCounts } from "./scan-image-archive.ts";

export interface ImageSplit {
  /** In an order drawn from the seed. */
  holdout: ArchiveImage[];
  training: ArchiveImage[];
}

const defaultShare = 0.2;
const mostHoldout = 10_000;

/**
 * Keeps a holdout back: the requester's own test folder, or else the same share of every class, drawn with the seed.
 * Refuses where even a flawless model could not be told from one that guesses.
 */
export function planImageSplit(
  images: readonly ArchiveImage[],
  classes: readonly ClassCounts[],
  { seed, holdout }: { seed: number; holdout?: number | undefined },
): ImageSplit {
  const orderOf = createRowOrder(seed);
  const shuffled = images
    .map((image, index) => ({ image, order: orderOf(index) }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ image }) => image);
  const hasTest = classes.some(({ test }) => test > 0);
  const pool = shuffled.filter(({ split }) => split === (hasTest ? "test" : "train"));
  const wanted = hasTest ? pool.length : (holdout ?? Math.round(images.length * defaultShare));
  const left = hasTest ? 0 : 2;
  const quotas = shareOut(
    Math.min(wanted, mostHoldout),
    new Map(classes.map(({ name, train, test }) => [name, hasTest ? test : train])),
    left,
  );
  const taken = new Map<string, number>();
  const kept = new Set(
    pool.filter(({ className }) => {
      const count = taken.get(className) ?? 0;
      taken.set(className, count + 1);
      return count < (quotas.get(className) ?? 0);
    }),
  );
  const split = {
    holdout: shuffled.filter((image) => kept.has(image)),
    training: shuffled.filter((image) => !kept.has(image) && image.split !== "test"),
  };
  assertTelling(split.holdout.length, Math.max(...quotas.values()), images.length);
  return split;
}

/** As many of each class as its share of all, one at least, and `left` of each not taken. */
function shareOut(total: number, sizes: ReadonlyMap<string, number>, left: number): Map<string, number> {
  const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return new Map(
    [...sizes].map(([name, size]) => [
      name,
      Math.max(1, Math.min(size - left, Math.round((total * size) / all))),
    ]),
  );
}

function assertTelling(holdout: number, mostFrequent: number, images: number): void {
  if (leastCorrect(holdout, mostFrequent / holdout) <= holdout) return;
  throw new TrainChainError(
    "dataset-invalid",
    `a holdout of ${holdout} images, ${mostFrequent} of them of one class, cannot tell a trained model from a guess`,
    {
      fix: "Add images, above all of the rarer classes, or ask for a larger holdout (holdoutImages).",
      facts: { holdout, mostFrequent, images, significance: chanceSignificance },
    },
  );
}
