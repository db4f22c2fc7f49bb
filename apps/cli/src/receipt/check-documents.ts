import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  type AdapterJobSpec,
  type AdapterReceipt,
  type AnyReceipt,
  describeLeftOut,
  type JobSpec,
  jobSpecSchema,
  kindOfResult,
  type LeftOut,
  type LlmJobSpec,
  type RoundOutcome,
} from "@trainchain/protocol";
import { computeCid } from "@trainchain/storage";
import type { Findings } from "./findings.ts";
import { parseJson } from "./parse-json.ts";

/** The result document: its CID, and the weights that follow from its rows. */
export async function checkResultDocument(
  findings: Findings,
  { result, resultCid }: AnyReceipt,
): Promise<void> {
  findings.compare("resultCid", resultCid, await cidOfText(`${JSON.stringify(result, null, 2)}\n`));
  const totalRows = result.contributors.reduce((sum, { rows }) => sum + rows, 0);
  for (const { contributor, rows, weight } of result.contributors)
    findings.compare(`weight of ${contributor}`, weight, rows / totalRows);
}

/** The job's public spec, given as text: its CID, and what result and spec must have in common. */
export async function checkSpec(
  findings: Findings,
  { result }: AdapterReceipt,
  text: string | undefined,
): Promise<AdapterJobSpec | undefined> {
  if (text === undefined) {
    findings.cannot("specCid", "the spec was not given: name it with --spec, or a platform with --api");
    return undefined;
  }
  findings.compare("specCid", result.specCid, await cidOfText(text));
  const parsed = jobSpecSchema.safeParse(parseJson(text));
  const spec = parsed.data;
  if (spec?.kind !== kindOfResult(result) || !("lora" in spec)) {
    findings.differs("spec", "the given spec is not one of this version");
    return undefined;
  }
  findings.compare("model", result.model.id, spec.model.id);
  findings.compare("model revision", result.model.revision, spec.model.revision);
  findings.compare("seed", result.seed, spec.lora.seed);
  findings.compare("method", result.method, spec.aggregation.method);
  for (const { contributor, slot, shard = slot, rows } of result.contributors)
    findings.compare(`rows of ${contributor}`, rows, spec.dataset.shardRows[shard]);
  if (result.leftOut || spec.dataset.leftOut)
    findings.compare("rows left out", told(result.leftOut), told(spec.dataset.leftOut));
  checkSeries(findings, "series" in result ? result.series : undefined, spec.series);
  if (result.evaluation)
    findings.compare("held-out rows", result.evaluation.holdoutRows, spec.dataset.holdoutRows);
  return spec;
}

const told = (leftOut: LeftOut | undefined) => (leftOut ? describeLeftOut(leftOut) : "none");

/** The place among the rounds, and what the round went in with: the spec fixed both before it began. */
function checkSeries(
  findings: Findings,
  stated: RoundOutcome | undefined,
  series: LlmJobSpec["series"],
): void {
  if (!stated && !series) return;
  const { next: _, ...place } = stated ?? {};
  findings.compare("round", JSON.stringify(place), JSON.stringify(series ?? {}));
}

/** The spec's commitment to the sealed shards, each given as its CID or as its file, in slot order. */
export async function checkShards(
  findings: Findings,
  spec: Pick<JobSpec, "dataset"> | undefined,
  shards: readonly string[],
): Promise<void> {
  const what = "shard commitment";
  if (shards.length === 0)
    return findings.cannot(what, "no shards were given: name them in slot order with --shards");
  if (!spec) return findings.cannot(what, "it is in the spec, which was not given");
  const cids = await Promise.all(
    shards.map((shard) => (/^baf[a-z2-7]{56}$/.test(shard) ? shard : computeCid(createReadStream(shard)))),
  );
  const lines = cids.map((cid) => `${cid}\n`).join("");
  findings.compare(what, spec.dataset.shardsSha256, createHash("sha256").update(lines).digest("hex"));
}

export function cidOfText(text: string): Promise<string> {
  return computeCid(new TextEncoder().encode(text));
}
