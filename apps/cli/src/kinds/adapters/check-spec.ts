import {
  type AdapterJobSpec,
  type AdapterReceipt,
  describeLeftOut,
  jobSpecSchema,
  kindOfResult,
  type LeftOut,
  parseJson,
  type RoundOutcome,
  type Series,
} from "@trainchain/protocol";
import { cidOfText } from "../../receipt/check-documents.ts";
import type { Findings } from "../../receipt/findings.ts";

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
function checkSeries(findings: Findings, stated: RoundOutcome | undefined, series: Series | undefined): void {
  if (!stated && !series) return;
  const { next: _, ...place } = stated ?? {};
  findings.compare("round", JSON.stringify(place), JSON.stringify(series ?? {}));
}
