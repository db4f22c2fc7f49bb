import { stat } from "node:fs/promises";
import { join } from "node:path";
import { listReplays, type Replay } from "@trainchain/db/replays";
import { type AdapterJobForWork, listVerdicts } from "@trainchain/db/work";
import type { NextStart } from "@trainchain/lora/node";
import {
  type AdapterResultDocument,
  type ResultDocument,
  replayPlanOf,
  resultContext,
  TrainChainError,
} from "@trainchain/protocol";
import { sha256OfFile } from "@trainchain/storage";
import { ofDelivery } from "../../deliveries/of-delivery.ts";
import type { Verdict } from "../../deliveries/record-verdict.ts";
import { storeSealed } from "../../deliveries/seal-file.ts";
import { sealedJob } from "../../deliveries/sealed-job.ts";
import { writeBundle } from "../../deliveries/write-bundle.ts";
import type { WorkerDeps } from "../../deps.ts";
import { pathOfModel } from "../../path-of-model.ts";
import type { Concluded } from "../kind-work.ts";
import { type AdapterTerms, adapterTerms } from "./adapter-terms.ts";
import { chatTemplateFiles } from "./chat-template-files.ts";
import { type Chosen, chooseDelivered } from "./choose-delivered.ts";
import { type GatheredAdapter, gatherAdapters } from "./gather-adapters.ts";
import { type JudgedDelivery, judgeDeliveries } from "./judge-deliveries.ts";
import { lossOf, type Measured, rowLossesOf } from "./measure-adapters.ts";
import { measureMerged } from "./measure-job.ts";
import { mergeDeliveries } from "./merge-deliveries.ts";
import type { ResultForm } from "./result-form.ts";
import { placeStart, type RoundStart } from "./round-start.ts";
import { storeRound } from "./store-round.ts";

/**
 * Judges all deliveries of a job, measures base, start and each delivery on the holdout, merges them, measures what came
 * of it, chooses what the requester gets, and stores the sealed bundle. `dir` receives everything in the clear and is the caller's to remove.
 */
export async function concludeJob<Document extends AdapterResultDocument>(
  form: ResultForm<Document>,
  deps: WorkerDeps,
  found: AdapterJobForWork,
  dir: string,
): Promise<Concluded> {
  const terms = await adapterTerms(deps, found);
  const judged = await judgeAll(deps, found, terms, dir);
  const { verdicts } = judged;
  if (!judged.accepted) return { verdicts, result: undefined };
  const { accepted, measured, adapters, replays, start } = judged;

  const deliveries = accepted.map(({ adapter: { file, rows }, clip }) => ({
    ...{ file, weight: rows, rank: terms.rank, alpha: terms.alpha, clip },
  }));
  const mergedDir = join(dir, "merged");
  const merged = await mergeDeliveries(deps, found, {
    inputs: deliveries,
    terms,
    start,
    dir,
    out: mergedDir,
  });
  const measuring = { deliveries, terms, start, dir, scoreOf: form.scoreOf };
  const ofMerge = measured && (await measureMerged(deps, found, { ...measured, ...measuring }));
  const chosen = ofMerge && choose(ofMerge.figures.rowLosses, accepted, measured.losses, start);
  const base = rowLossesOf(measured?.losses, "base");
  const gain = chosen || !ofMerge || !base ? undefined : form.gainOf(base, ofMerge.figures);
  const scoreOf = (folder: string) => {
    const figures = rowLossesOf(measured?.losses, folder);
    return figures ? form.scoreOf(figures) : null;
  };
  const draft = form.readDraft({
    ...outcomeOf(deps, found, { adapters, verdicts, replays, scoreOf }),
    evaluation: ofMerge ? { ...ofMerge.evaluation, gain } : null,
    delivered: chosen && (await describe(chosen)),
    mergedSha256: await sha256OfFile(merged.result.file),
    method: merged.result.method,
    rank: merged.result.rank,
    relativeError: merged.result.relativeError,
    series: await storeRound(deps, found, merged.next),
  });
  const deliveredDir = chosen?.name.folder ?? mergedDir;
  const card = form.cardOf(found.prepared.spec, draft, deps.models);
  const bundleCid = await storeBundle(deps, found, { card, draft, deliveredDir, next: merged.next }, dir);
  return { verdicts, result: form.read({ ...draft, bundleCid }) };
}

/** Judges all deliveries of a job that comes to no result: the verdicts on those refused, or on all where none is. */
export async function judgeJob(deps: WorkerDeps, found: AdapterJobForWork, dir: string): Promise<Verdict[]> {
  return (await judgeAll(deps, found, await adapterTerms(deps, found), dir)).verdicts;
}

/** What is known of a job's deliveries once each is judged, by itself and beside the others. */
async function judgeAll(deps: WorkerDeps, found: AdapterJobForWork, terms: AdapterTerms, dir: string) {
  const { adapters, refused } = await gatherAdapters(deps, found, terms, dir);
  if (refused.length > 0) return { verdicts: refused, accepted: undefined };
  const replays = await listReplays(deps.db, found.job);
  await assertReplayed(deps, found, adapters, replays);
  const start = await placeStart(deps, found, terms, dir);
  const judged = await judgeDeliveries(deps, found, { adapters, terms, start, dir });
  const { measured } = judged;
  const told = judged.refused.length > 0 ? judged.refused : judged.accepted;
  const verdicts = await verdictsOf(told, replays, measured?.losses);
  if (judged.refused.length > 0) return { verdicts, accepted: undefined };
  return { verdicts, accepted: judged.accepted, measured, adapters, replays, start };
}

/** What could be delivered in place of the merge. */
interface Alternative {
  folder: string;
  file: string;
  /** Whose delivery it is; undefined of what the job started from. */
  contributor?: string;
}

/** What is delivered in place of the merge, if anything is. The merge of one delivery is that delivery. */
function choose(
  merged: readonly number[],
  accepted: readonly JudgedDelivery[],
  losses: ReadonlyMap<string, Measured>,
  start: RoundStart,
): Chosen<Alternative> | undefined {
  const singles = accepted.length > 1 ? accepted.map(({ adapter }) => adapter) : [];
  // In the first round the start changes nothing of the base.
  const ofStart = rowLossesOf(losses, start.adapter ? start.folder : "base");
  const candidates = [
    ...singles.map(({ folder, file, contributor }) => ({
      name: { folder, file, contributor },
      rowLosses: rowLossesOf(losses, folder)?.rowLosses ?? [],
    })),
    { name: { folder: start.folder, file: start.file }, rowLosses: ofStart?.rowLosses ?? [] },
  ];
  return chooseDelivered<Alternative>(merged, candidates);
}

async function describe({ name, ...halves }: Chosen<Alternative>): Promise<ResultDocument["delivered"]> {
  const { contributor, file } = name;
  const what = contributor === undefined ? ("start" as const) : ("contributor" as const);
  return { what, ...(contributor && { contributor }), sha256: await sha256OfFile(file), ...halves };
}

async function verdictsOf(
  judged: readonly JudgedDelivery[],
  replays: readonly Replay[],
  losses: ReadonlyMap<string, Measured> | undefined,
): Promise<Verdict[]> {
  return Promise.all(
    judged.map(async ({ adapter: { contributor, adapterCid, folder, file }, checks }) => {
      const replayed = ofDelivery(replays, { contributor, adapterCid })?.check;
      return {
        contributor,
        adapterCid,
        checks: replayed ? [...checks, replayed] : checks,
        adapterSha256: await sha256OfFile(file),
        sizeBytes: (await stat(file)).size,
        heldOutLoss: lossOf(losses, folder)?.loss ?? null,
        bitsPerByte: lossOf(losses, folder)?.bitsPerByte || null,
      };
    }),
  );
}

/** That parts of each training were done again, where its job asks for it: nothing is merged before. */
async function assertReplayed(
  { db, evaluator }: WorkerDeps,
  { job, prepared }: AdapterJobForWork,
  adapters: readonly GatheredAdapter[],
  replays: readonly Replay[],
): Promise<void> {
  const verdicts = await listVerdicts(db, job);
  const waits = adapters.find((adapter) => {
    if (!evaluator || !replayPlanOf(prepared.spec, adapter.shard)) return false;
    const replay = ofDelivery(replays, adapter);
    // Accepted without: nothing could be done again when it was looked at.
    return replay ? replay.check === null : !ofDelivery(verdicts, adapter);
  });
  if (waits)
    throw new TrainChainError(
      "not-ready",
      `parts of ${waits.contributor}'s training are still to be done again`,
    );
}

/** The part of the result document that says what the job was and what each contributor did. */
function outcomeOf(
  { chainId, escrow }: WorkerDeps,
  { job, prepared }: AdapterJobForWork,
  {
    adapters,
    verdicts,
    replays,
    scoreOf,
  }: {
    adapters: readonly GatheredAdapter[];
    verdicts: readonly Verdict[];
    replays: readonly Replay[];
    /** Of an adapter's folder, how it does on held-out rows; null where that was not measured. */
    scoreOf: (folder: string) => unknown;
  },
) {
  const totalRows = adapters.reduce((sum, { rows }) => sum + rows, 0);
  const sizes = verdicts.map(({ sizeBytes }) => sizeBytes ?? 0);
  return {
    version: 1 as const,
    kind: prepared.spec.kind,
    jobId: job.jobId.toString(),
    chainId,
    escrow,
    specCid: prepared.specCid,
    model: prepared.spec.model,
    seed: prepared.spec.lora.seed,
    leftOut: prepared.spec.dataset.leftOut,
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
      evaluation: scoreOf(folder),
      replay: ofDelivery(replays, { contributor, adapterCid })?.outcome ?? undefined,
    })),
    /** Shards that went out and adapters that came in, in the clear. */
    communicationBytes: [...adapters.map(({ shardBytes }) => shardBytes), ...sizes].reduce(
      (a, b) => a + b,
      0,
    ),
  };
}

async function storeBundle(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  {
    card,
    draft,
    deliveredDir,
    next,
  }: { card: string; draft: unknown; deliveredDir: string; next: NextStart | undefined },
  dir: string,
): Promise<string> {
  const path = join(dir, "bundle.tar");
  await writeBundle(path, [
    { name: "README.md", text: card },
    { name: "result.json", text: `${JSON.stringify(draft, null, 2)}\n` },
    { name: "adapter_config.json", path: join(deliveredDir, "adapter_config.json") },
    { name: "adapter_model.safetensors", path: join(deliveredDir, "adapter_model.safetensors") },
    // What the next round starts from, so that its receipt can be recomputed.
    ...(next ? [{ name: "next-round/start.safetensors", path: next.start.file }] : []),
    ...(next ? [{ name: "next-round/last-mean.safetensors", path: next.mean.file }] : []),
    ...(await chatTemplateFiles(pathOfModel(deps, found.prepared.modelName))),
  ]);
  return (await storeSealed(deps, path, resultContext(sealedJob(deps, found)))).cid;
}
