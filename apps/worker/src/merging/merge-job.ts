import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { LlmJobForWork } from "@trainchain/db/work";
import { type MergeInput, mergeAdapters, type NextStart } from "@trainchain/lora/node";
import {
  type CheckResult,
  defaultThresholds,
  type ResultDocument,
  resultContext,
  resultDocumentSchema,
  truncateAddress,
} from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { pathOfModel } from "../path-of-model.ts";
import { storeSealed } from "../seal-file.ts";
import { sealedToSlot } from "../tasks/verify-adapter.ts";
import { type AdapterTerms, adapterTerms, sealedJob, sha256OfFile } from "../verifying/adapter-terms.ts";
import { examineAdapters } from "../verifying/examine-adapters.ts";
import type { Verdict } from "../verifying/record-verdict.ts";
import { placeStart } from "../verifying/round-start.ts";
import { chatTemplateFiles } from "./chat-template-files.ts";
import { checkHeldOut } from "./check-held-out.ts";
import { evaluateAdapters, type Loss } from "./evaluate-adapters.ts";
import { type GatheredAdapter, gatherAdapters } from "./gather-adapters.ts";
import { hearAlike } from "./hear-alike.ts";
import { mergeDeliveries } from "./merge-deliveries.ts";
import { modelCard } from "./model-card.ts";
import { storeRound } from "./store-round.ts";
import { writeBundle } from "./write-bundle.ts";

export interface MergedJob {
  /** One for each delivery, all checks included. */
  verdicts: Verdict[];
  /** Undefined where a delivery was refused: the job must be looked at again without it. */
  result: ResultDocument | undefined;
}

/**
 * Judges all deliveries of a job against each other, merges them, measures base, each and merged on the holdout, and
 * stores the sealed bundle. `dir` receives everything in the clear and is the caller's to remove.
 */
export async function mergeJob(deps: WorkerDeps, found: LlmJobForWork, dir: string): Promise<MergedJob> {
  const terms = await adapterTerms(deps, found);
  const adapters = await gatherAdapters(deps, found, terms, dir);
  const inputs = adapters.map(({ contributor, file }) => ({
    name: truncateAddress(contributor),
    file,
    alpha: terms.alpha,
  }));
  const start = await placeStart(deps, found, terms, dir);
  const examined = await examineAdapters(terms, inputs, start);
  const judged = await hearAlike(deps, found, { adapters, judged: examined, terms, start, dir });
  const compared = judged.map(({ checks }) => [sealedToSlot, ...checks]);
  if (compared.some(hasFailed)) return { verdicts: await verdictsOf(adapters, compared), result: undefined };

  const [mergedDir, fedavgDir] = [join(dir, "merged"), join(dir, "fedavg")];
  const deliveries = adapters.map(({ file, rows }) => ({
    file,
    weight: rows,
    rank: terms.rank,
    alpha: terms.alpha,
  }));
  const clipped = deliveries.map((delivery, index) => ({ ...delivery, clip: judged[index]?.clip }));
  const merged = await mergeDeliveries(deps, found, { inputs: clipped, terms, start, dir, out: mergedDir });
  if (deps.evaluator) await averageFactors(found, terms, deliveries, fedavgDir);
  const startDir = start.adapter?.folder;
  const folders = [...adapters.map(({ folder }) => folder), mergedDir, fedavgDir];
  const losses = await evaluateAdapters(deps, found, startDir ? [...folders, startDir] : folders, dir);

  const heldOut = checkHeldOut(
    losses?.get(startDir ?? "base")?.loss,
    adapters.map(({ folder }) => losses?.get(folder)?.loss),
    defaultThresholds.heldOutShare,
  );
  const checks = compared.map((own, index) => [...own, ...heldOut.slice(index, index + 1)]);
  const verdicts = await verdictsOf(adapters, checks, losses);
  if (checks.some(hasFailed)) return { verdicts, result: undefined };

  const document = {
    ...outcomeOf(deps, found, adapters, verdicts, losses),
    ...evaluationOf(found, losses, { mergedDir, fedavgDir, startDir }),
    mergedSha256: await sha256OfFile(merged.result.file),
    method: merged.result.method,
    rank: merged.result.rank,
    relativeError: merged.result.relativeError,
    series: await storeRound(deps, found, merged.next),
  };
  const bundleCid = await storeBundle(deps, found, document, { mergedDir, next: merged.next }, dir);
  return { verdicts, result: resultDocumentSchema.parse({ ...document, bundleCid }) };
}

/** The baseline: factors averaged apart, to be compared with. */
function averageFactors(
  { prepared }: LlmJobForWork,
  { modules }: AdapterTerms,
  adapters: readonly MergeInput[],
  out: string,
) {
  return mergeAdapters({ adapters, modules, baseModel: prepared.modelName, method: "fedavg", out });
}

function hasFailed(checks: readonly CheckResult[]): boolean {
  return checks.some(({ verdict }) => verdict === "failed");
}

async function verdictsOf(
  adapters: readonly GatheredAdapter[],
  checks: readonly CheckResult[][],
  losses?: Map<string, Loss>,
): Promise<Verdict[]> {
  return Promise.all(
    adapters.map(async ({ contributor, adapterCid, folder, file }, index) => ({
      contributor,
      adapterCid,
      checks: checks[index] ?? [],
      adapterSha256: await sha256OfFile(file),
      sizeBytes: (await stat(file)).size,
      heldOutLoss: losses?.get(folder)?.loss ?? null,
      bitsPerByte: losses?.get(folder)?.bitsPerByte ?? null,
    })),
  );
}

/** The part of the result document that says what the job was and what each contributor did. */
function outcomeOf(
  { chainId, escrow }: WorkerDeps,
  { job, prepared }: LlmJobForWork,
  adapters: readonly GatheredAdapter[],
  verdicts: readonly Verdict[],
  losses: Map<string, Loss> | undefined,
) {
  const totalRows = adapters.reduce((sum, { rows }) => sum + rows, 0);
  const sizes = verdicts.map(({ sizeBytes }) => sizeBytes ?? 0);
  return {
    version: 1 as const,
    jobId: job.jobId.toString(),
    chainId,
    escrow,
    specCid: prepared.specCid,
    model: prepared.spec.model,
    seed: prepared.spec.lora.seed,
    contributors: adapters.map(({ contributor, slot, shard, rows, adapterCid, folder }, index) => ({
      contributor,
      slot,
      ...(prepared.spec.series ? { shard } : {}),
      rows,
      weight: rows / totalRows,
      adapterCid,
      adapterSha256: verdicts[index]?.adapterSha256 ?? "",
      sizeBytes: sizes[index] ?? 0,
      checks: [...(verdicts[index]?.checks ?? [])],
      evaluation: losses?.get(folder) ?? null,
    })),
    /** Shards that went out and adapters that came in, in the clear. */
    communicationBytes: [...adapters.map(({ shardBytes }) => shardBytes), ...sizes].reduce(
      (a, b) => a + b,
      0,
    ),
  };
}

function evaluationOf(
  { prepared }: LlmJobForWork,
  losses: Map<string, Loss> | undefined,
  { mergedDir, fedavgDir, startDir }: { mergedDir: string; fedavgDir: string; startDir: string | undefined },
): Pick<ResultDocument, "evaluation"> {
  const [base, merged] = [losses?.get("base"), losses?.get(mergedDir)];
  if (!base || !merged) return { evaluation: null };
  const fedavg = losses?.get(fedavgDir) ?? null;
  const start = startDir === undefined ? undefined : losses?.get(startDir);
  return { evaluation: { holdoutRows: prepared.holdoutRows, base, start, merged, fedavg } };
}

async function storeBundle(
  deps: WorkerDeps,
  found: LlmJobForWork,
  document: Omit<ResultDocument, "bundleCid">,
  { mergedDir, next }: { mergedDir: string; next: NextStart | undefined },
  dir: string,
): Promise<string> {
  const path = join(dir, "bundle.tar");
  await writeBundle(path, [
    { name: "README.md", text: modelCard(found.prepared.spec, document) },
    { name: "result.json", text: `${JSON.stringify(document, null, 2)}\n` },
    { name: "adapter_config.json", path: join(mergedDir, "adapter_config.json") },
    { name: "adapter_model.safetensors", path: join(mergedDir, "adapter_model.safetensors") },
    // What the next round starts from, so that its receipt can be recomputed.
    ...(next ? [{ name: "next-round/start.safetensors", path: next.start.file }] : []),
    ...(next ? [{ name: "next-round/last-mean.safetensors", path: next.mean.file }] : []),
    ...(await chatTemplateFiles(pathOfModel(deps, found.prepared.modelName))),
  ]);
  return (await storeSealed(deps, path, resultContext(sealedJob(deps, found)))).cid;
}
