import { join } from "node:path";
import { AdapterError } from "@trainchain/lora";
import { checkAdapters, mergeAdapters, writeInitialAdapter } from "@trainchain/lora/node";
import {
  type AdapterJobSpec,
  type AdapterReceipt,
  type CheckResult,
  defaultThresholds,
  type RoundOutcome,
  reachOf,
  truncateAddress,
} from "@trainchain/protocol";
import { sha256OfFile } from "@trainchain/storage";
import { readModules } from "../../adapter-folder.ts";
import type { Findings } from "../../receipt/findings.ts";
import { createTempFolder, removeTempFolder } from "../../temp-folder.ts";
import type { GivenAdapters } from "./given-files.ts";
import { mergeRoundAgain } from "./merge-round-again.ts";

/**
 * Judges the contributors' adapters again and merges them again, as the platform did: clips from the sizes,
 * weights, method and rank. The bytes depend on neither machine nor threads, so one hash decides.
 */
export async function checkMerge(
  findings: Findings,
  { result }: AdapterReceipt,
  spec: AdapterJobSpec | undefined,
  given: GivenAdapters,
): Promise<void> {
  const { adapters } = given;
  const files = adapters.filter((file) => file !== undefined);
  const missing = adapters.length - files.length;
  if (missing > 0 || files.length === 0)
    return findings.cannot("merge", `${missing} of ${adapters.length} adapters were not given`);
  if (!spec) return findings.cannot("merge", "rank and alpha are in the spec, which was not given");
  const series = seriesOfResult(result);
  if (series?.start && !given.start) return findings.cannot("merge", "the round's start was not given");
  if (series?.lastMean && !given.lastMean)
    return findings.cannot("merge", "the previous round's mean was not given");
  const { rank, alpha, seed } = spec.lora;
  const dir = await createTempFolder("verify");
  try {
    const modules = await readModules(files[0]!);
    const initial = join(dir, "initial.safetensors");
    await writeInitialAdapter(initial, { seed, modules, rank });
    const named = result.contributors.map(({ contributor }) => truncateAddress(contributor));
    const reaches = result.contributors.map(({ slot, shard }) => reachOf(spec, shard ?? slot));
    const judged = await checkAdapters({
      adapters: files.map((file, i) => ({ name: named[i] ?? "", file, alpha, reach: reaches[i] })),
      modules,
      rank,
      initial: given.start ?? initial,
      startAlpha: given.start === undefined ? undefined : alpha,
      thresholds: isOfOldChecks(result) ? { ...defaultThresholds, clipFrom: 1 } : defaultThresholds,
    });
    for (const [i, { contributor, checks }] of result.contributors.entries())
      for (const check of judged[i]?.checks ?? []) {
        const stated = checks.find((one) => one.check === check.check);
        const what = `${check.check} of ${contributor}`;
        if (!stated && check.check === "optimizer-reach" && isOfOldChecks(result))
          findings.cannot(what, "this result is of a time when sizes were compared with their median");
        else compareCheck(findings, what, stated, check);
      }
    const inputs = files.map((file, i) => ({
      file,
      weight: result.contributors[i]?.rows ?? 0,
      rank,
      alpha,
      clip: judged[i]?.clip,
    }));
    const terms = { modules, baseModel: result.model.id, adapters: inputs };
    const merged = series
      ? await mergeRoundAgain(findings, { series, spec, terms, given, initial, dir })
      : await mergeAdapters({ ...terms, ...spec.aggregation, out: join(dir, "merged") });
    findings.compare("rank", result.rank, merged.rank);
    findings.compare("relativeError", result.relativeError, merged.relativeError);
    findings.compare("mergedSha256 from the adapters", result.mergedSha256, await sha256OfFile(merged.file));
    await checkDelivered(findings, result, given.start ?? initial);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    findings.differs("merge", error.message);
  } finally {
    await removeTempFolder(dir);
  }
}

/** Jobs of some kinds have one round, and their results know none. */
function seriesOfResult(result: AdapterReceipt["result"]): RoundOutcome | undefined {
  return "series" in result ? result.series : undefined;
}

/** What is delivered in place of the merge is one of the contributors' adapters, or what they started from. */
async function checkDelivered(
  findings: Findings,
  { delivered, contributors }: AdapterReceipt["result"],
  start: string,
): Promise<void> {
  if (!delivered) return;
  const own = contributors.find(({ contributor }) => contributor === delivered.contributor);
  const stated = delivered.what === "start" ? await sha256OfFile(start) : own?.adapterSha256;
  findings.compare("delivered sha256", delivered.sha256, stated);
  for (const half of ["chosenOn", "judgedOn"] as const)
    findings.compare(`delivered is better, ${half}`, true, delivered[half].loss < delivered[half].merged);
}

/** Until November 2026 the size of an update was compared with the median of all, which two were clipped to as well. */
function isOfOldChecks({ contributors }: AdapterReceipt["result"]): boolean {
  return contributors.some(({ checks }) => checks.some(({ check }) => check === "update-size"));
}

type Check = Pick<CheckResult, "check" | "verdict" | "figure">;

/** Whether an alike update is its contributor's own work was decided on rows that are private: its figure is compared. */
function compareCheck(findings: Findings, what: string, stated: Check | undefined, made: Check): void {
  const show = (one: Check | undefined) => `${one?.verdict} ${one?.figure ?? ""}`.trim();
  const wasHeard =
    made.check === "not-a-copy" &&
    made.verdict === "failed" &&
    stated?.verdict === "passed" &&
    (made.figure ?? 1) < defaultThresholds.sameCosine;
  if (!wasHeard) {
    findings.compare(what, show(stated), show(made));
    return;
  }
  findings.compare(`figure of ${what}`, stated.figure, made.figure);
  findings.cannot(what, "what it gains on its own rows decided, and they are private");
}
