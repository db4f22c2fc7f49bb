import { writeFile } from "node:fs/promises";
import type { CurvesView } from "@trainchain/protocol";
import type { KeptFile, KeptJob } from "./state.ts";
import { now, type Store } from "./store.ts";

/**
 * Keeps a job's loss curves as a file of results, and counts what its contributors trained on: of an event stream a
 * client may have missed each step, where a training is over in seconds. Tokens are then not known. Done again, it is
 * the same file.
 */
export async function keepMetrics(
  store: Store,
  job: KeptJob,
  { items }: CurvesView,
): Promise<Pick<KeptJob, "resultFile" | "steps" | "trainedTokens">> {
  const points = items.flatMap(({ slot, points }) => points.map(([step, loss]) => ({ slot, step, loss })));
  const lines = points.map(({ slot, step, loss }) => `${slot},${step},${loss}`);
  const text = ["slot,step,train_loss", ...lines, ""].join("\n");
  const file: KeptFile = {
    id: job.id.replace("ftjob-", "file-"),
    fileName: "step_metrics.csv",
    sizeBytes: Buffer.byteLength(text),
    rows: lines.length,
    purpose: "fine-tune-results",
    createdAt: now(),
  };
  await writeFile(store.pathOf(file), text, { mode: 0o600 });
  store.state.files = [...store.state.files.filter(({ id }) => id !== file.id), file];
  const tokens = new Map<number, number>();
  for (const { data } of await store.listEvents(job))
    if (data) tokens.set(data.slot, Math.max(data.trained_tokens, tokens.get(data.slot) ?? 0));
  return {
    resultFile: file.id,
    steps: points.reduce((most, { step }) => Math.max(most, step), 0),
    trainedTokens:
      tokens.size < items.length ? null : [...tokens.values()].reduce((sum, count) => sum + count, 0),
  };
}
