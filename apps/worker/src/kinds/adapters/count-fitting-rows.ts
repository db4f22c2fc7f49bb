import { basename } from "node:path";
import {
  type AdapterJobSpec,
  leastDifferent,
  type RowCountEvent,
  TrainChainError,
} from "@trainchain/protocol";
import type { WorkerDeps } from "../../deps.ts";
import { pathOfModel } from "../../path-of-model.ts";

/** Fewer held-out rows than this cannot show that an adapter is better: with five, the least p-value is 0.03. */
const leastMeasured = 10;

type RowCount = Extract<RowCountEvent, { event: "counted" }>;

/**
 * How many rows of each shard fit the job's length, counted by the base model's own tokenizer; undefined where no
 * evaluator is set up, because nothing else knows the model's tokens.
 *
 * @param shards paths of the shards' plain rows, in the order of their slots
 * @throws TrainChainError `dataset-invalid` where a shard has no row to train on or the holdout too few to measure,
 * or where most pairs of a file have no wrong answer there, or those held out have too few positives that differ
 */
export async function countFittingRows(
  deps: WorkerDeps,
  model: AdapterJobSpec["model"],
  { maxLength, objective }: { maxLength: number; objective?: string | undefined },
  { holdout, shards }: { holdout: string; shards: readonly string[] },
): Promise<number[] | undefined> {
  if (!deps.evaluator) return undefined;
  const named = ["--model", pathOfModel(deps, model.id), "--model-revision", model.revision];
  const files = [holdout, ...shards];
  const events = await deps.evaluator.run({
    script: "count_rows.py",
    args: [
      ...[...named, "--max-length", String(maxLength)],
      ...(objective === undefined ? [] : ["--objective", objective]),
      ...["--files", ...files],
    ],
  });
  const counted = events.filter((event) => event.event === "counted");
  const counts = files.map((file) => counted.find((event) => event.file === basename(file)));
  const missing = counts.indexOf(undefined);
  if (missing !== -1)
    throw new TrainChainError(
      "training-failed",
      `the rows of ${basename(files[missing] ?? "")} were not counted`,
    );
  const alike = counts.find((count) => count && (count.contrasted ?? count.rows) < count.rows / 2);
  if (alike) throw tooAlike(alike, maxLength);
  const { different = leastDifferent } = counts[0] ?? {};
  if (different < leastDifferent) throw tooFewTexts(different, maxLength);
  const [held, ...fitting] = counts.map((count) => count?.fitting ?? 0);
  const enough = (held ?? 0) >= leastMeasured && fitting.every((rows) => rows > 0);
  if (enough) return fitting;
  const rows = counts.reduce((sum, count) => sum + (count?.rows ?? 0), 0);
  const lost = rows - counts.reduce((sum, count) => sum + (count?.fitting ?? 0), 0);
  const roomy = Math.max(...counts.map((count) => count?.roomyLength ?? 0));
  throw new TrainChainError(
    "dataset-invalid",
    `${lost} of ${rows} rows do not fit ${maxLength} tokens: their questions alone fill them, and too few are left to train on or to measure with`,
    {
      fix: `Ask for a length of ${64 * Math.ceil(roomy / 64)} tokens, which nine of ten rows fit whole, or leave the long rows out.`,
      facts: { rows, lost, maxLength },
    },
  );
}

/** What has no wrong answer beside it teaches nothing, and shows nothing of who trained on it. */
function tooAlike({ file, rows, contrasted }: RowCount, maxLength: number): TrainChainError {
  return new TrainChainError(
    "dataset-invalid",
    `${rows - (contrasted ?? 0)} of ${rows} pairs of ${file} share a text with all others there, at ${maxLength} tokens each, and have no wrong answer to be told from`,
    {
      fix: "Give pairs with different anchors and different positives, or a length at which they differ.",
      facts: { rows, contrasted, maxLength },
    },
  );
}

/** Where few texts are to be found, all are: nothing shows who was trained. */
function tooFewTexts(different: number, maxLength: number): TrainChainError {
  return new TrainChainError(
    "dataset-invalid",
    `the held-out pairs have ${different} different positives, at ${maxLength} tokens each; fewer than ${leastDifferent} are found whatever was trained`,
    {
      fix: "Give pairs whose positives are texts of their own, not names of a few classes, or hold more of them out.",
      facts: { different, maxLength },
    },
  );
}
