import { counted } from "@trainchain/protocol/plain";
import { describeCommitment, restsOnDataset } from "../../describe-commitment.ts";
import type { TracedShard } from "./trace-model.ts";

/** On which shards a model was trained, and what that rests on; `shardsSha256` is the spec's. */
export function describeTracedModel(
  { shards, commitment }: { shards: readonly TracedShard[]; commitment: string },
  shardsSha256: string,
): string[] {
  const isNamed = shards.some(({ isTrainedOn }) => isTrainedOn);
  const lines = shards.map(({ what, contributor, shardCid, ...figures }) => {
    const { rows, others, area, p, isTrainedOn } = figures;
    const given = contributor ? `, of which ${contributor} delivered` : "";
    const than = `${counted(rows, "row")} beside ${others} that are not of it`;
    const said = isTrainedOn ? "the model was trained on it" : "nothing shows that it was trained on it";
    const sealed = shardCid ? `; sealed as ${shardCid}` : "";
    return `${what}${given}: ${said} (area ${area.toFixed(2)}, p ${show(p)}; ${than})${isTrainedOn ? sealed : ""}`;
  });
  return [
    ...lines,
    "Area: how often a row of the shard gained more than another, 0.50 by chance. p: how likely that is under a model that learned none of them, times the number of shards that were asked; a shard is named from one in a million on.",
    ...(isNamed
      ? [
          "That tells which rows the model learned, not who trained it: a merge of the job's own deliveries learned all of them.",
          restsOnDataset,
        ]
      : ["A model that learned little, or few of the rows, is not told from one that learned none."]),
    ...describeCommitment(commitment, shardsSha256, isNamed),
  ];
}

function show(p: number): string {
  return p < 0.001 ? p.toExponential(1) : p.toFixed(3);
}
