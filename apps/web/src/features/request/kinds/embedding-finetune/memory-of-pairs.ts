import {
  type ConfigView,
  heldOutPairs,
  mostPairsPerStep,
  needsAtLength,
  pairsPerStep,
} from "@trainchain/protocol";
import { needsInWords } from "../adapters/needs-in-words.ts";

/**
 * What each contributor's machine needs, in words. All pairs of a step are computed together, each of two texts; while
 * no pairs are known, as many are reckoned with as a step ever has.
 *
 * @param pairs of the whole file, 0 while it is not known
 * @param onCpu whether only processors may train
 */
export function memoryOfPairs(
  model: Pick<ConfigView["models"][number], "needs" | "maxLength"> &
    Partial<Pick<ConfigView["models"][number], "tokenBytes">>,
  {
    pairs,
    contributors,
    epochs,
    maxLength,
  }: { pairs: number; contributors: number; epochs: number; maxLength: number },
  onCpu: boolean,
): string {
  const smallest = Math.floor((pairs - heldOutPairs(pairs)) / contributors);
  const together = pairs === 0 ? mostPairsPerStep : pairsPerStep(smallest, epochs);
  const of = { texts: 2 * together, usual: 2 * mostPairsPerStep };
  return needsInWords(needsAtLength(model, maxLength, of), onCpu);
}
