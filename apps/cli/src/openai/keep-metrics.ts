import { writeFile } from "node:fs/promises";
import type { KeptFile, KeptJob } from "./state.ts";
import { newId, now, type Store } from "./store.ts";

/** Keeps the steps of a job's contributors as a file of results, and counts what they trained on. */
export async function keepMetrics(
  store: Store,
  job: KeptJob,
): Promise<Pick<KeptJob, "resultFile" | "steps" | "trainedTokens">> {
  const steps = (await store.listEvents(job)).flatMap(({ data }) => (data ? [data] : []));
  const text = [
    "slot,step,train_loss",
    ...steps.map((at) => `${at.slot},${at.step},${at.train_loss}`),
    "",
  ].join("\n");
  const file: KeptFile = {
    id: newId("file-"),
    fileName: "step_metrics.csv",
    sizeBytes: Buffer.byteLength(text),
    rows: steps.length,
    purpose: "fine-tune-results",
    createdAt: now(),
  };
  await writeFile(store.pathOf(file), text, { mode: 0o600 });
  store.state.files.push(file);
  const tokens = new Map<number, number>();
  for (const at of steps) tokens.set(at.slot, Math.max(at.trained_tokens, tokens.get(at.slot) ?? 0));
  return {
    resultFile: file.id,
    steps: steps.reduce((most, at) => Math.max(most, at.total_steps), 0),
    trainedTokens: [...tokens.values()].reduce((sum, count) => sum + count, 0),
  };
}
