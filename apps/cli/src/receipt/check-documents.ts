import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { AnyReceipt, JobSpec } from "@trainchain/protocol";
import { computeCid } from "@trainchain/storage";
import type { Findings } from "./findings.ts";

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
