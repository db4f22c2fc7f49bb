import {
  type AdapterJobSpec,
  describeLeftOut,
  type EmbeddingResultDocument,
  encoderModels,
  type PairScore,
} from "@trainchain/protocol";

type Draft = Omit<EmbeddingResultDocument, "bundleCid">;

/** README.md of an embedding job's result. */
export function encoderCard(
  { model, lora, training, dataset, description }: AdapterJobSpec,
  draft: Draft,
): string {
  const license = encoderModels.find(({ id }) => id === model.id)?.license ?? "unknown";
  const contributors = draft.contributors.map(
    ({ contributor, rows, weight, evaluation }) =>
      `| \`${contributor}\` | ${rows} | ${(100 * weight).toFixed(1)} % | ${cells(evaluation)} |`,
  );
  const { delivered, method, rank, relativeError } = draft;
  return `---
base_model: ${model.id}
library_name: peft
pipeline_tag: sentence-similarity
tags: [lora, federated, sentence-embeddings, trainchain]
---

# Sentence encoder of job ${draft.jobId}

${description || "No description was given."}

A LoRA adapter for \`${model.id}\` (revision \`${model.revision}\`, licence ${license}), trained on pairs of texts by ${draft.contributors.length} contributors
who each saw one part of them, and merged on the update B·A itself.

## Use it

A text's embedding is the mean of the last hidden states of its tokens, scaled to length 1; the nearer two texts are in meaning,
the larger the scalar product of theirs.

- The whole encoder: \`trainchain result export . --merged FOLDER\`, then \`SentenceTransformer("FOLDER")\`, or anything that reads a BERT.
- The adapter alone: \`PeftModel.from_pretrained(AutoModel.from_pretrained(BASE, add_pooling_layer=False), ".")\`.

\`trainchain\` is TrainChain's command line: \`npm run trainchain --\` in the folder of its source, with this folder's path for \`.\`.

## Training

Rank ${lora.rank}, alpha ${lora.alpha}, all linear layers, start drawn from seed ${lora.seed}; ${training.epochs} epochs, learning rate ${training.learningRate}, ${training.rowsPerStep} pairs a
step, at most ${training.maxLength} tokens of a text. The loss is that of telling a pair's own positive from those of its step (cosine times 20).
${dataset.rows} pairs (${dataset.format}), ${dataset.holdoutRows} of them held out${dataset.leftOut ? `; left out were ${describeLeftOut(dataset.leftOut)}` : ""}.

| contributor | pairs | share | recall@10 | loss |
|---|---|---|---|---|
${contributors.join("\n")}

## Merge

Method \`${method}\`, rank ${rank}, relative error of the update ${relativeError.toExponential(2)}.
${delivered ? choiceOf(delivered) : ""}${evaluationTable(draft)}
## Provenance

Chain ${draft.chainId}, escrow \`${draft.escrow}\`, job ${draft.jobId}, spec \`${draft.specCid}\`.
sha256 of adapter_model.safetensors: \`${delivered?.sha256 ?? draft.mergedSha256}\`. result.json holds every figure.
`;
}

/** What the files beside this card hold, where that is not the merge. */
function choiceOf({ what, contributor, chosenOn, judgedOn }: NonNullable<Draft["delivered"]>): string {
  const name = what === "start" ? "what the job started from" : `the adapter of \`${contributor}\` alone`;
  return `
**This folder holds ${name}, not the merge**, because it is better on pairs that nobody trained on: a loss of ${chosenOn.loss.toFixed(4)} against ${chosenOn.merged.toFixed(4)}
over the ${chosenOn.rows} held-out pairs by which it was chosen, and ${judgedOn.loss.toFixed(4)} against ${judgedOn.merged.toFixed(4)} over the ${judgedOn.rows} others.
`;
}

function evaluationTable({ evaluation }: Draft): string {
  if (!evaluation) return "\nNothing was measured.\n";
  const { base, merged, fedavg, holdoutRows, measured, gain } = evaluation;
  const row = (name: string, score: PairScore | null) => (score ? `| ${name} | ${cells(score)} |\n` : "");
  const grew = gain
    ? `Recall changed by ${signed(gain.mean)} ± ${percent(gain.interval)} (95 % interval, pair by pair).\n`
    : "";
  return `
Measured on ${measured.rows} of ${holdoutRows} pairs that nobody trained on: for each anchor, how often its own positive is among the ten nearest of all that differ. Losses are those of telling it from the others, at each model's own scale of cosines (docs/verification.md).

| | recall@10 | loss |
|---|---|---|
${row("base model", base)}${row("merged adapter", merged)}${row("factors averaged apart", fedavg)}
${grew}`;
}

function cells(score: PairScore | null): string {
  return score ? `${percent(score.recallAt10)} | ${score.loss.toFixed(4)}` : "not measured | not measured";
}

function signed(share: number): string {
  return `${share < 0 ? "−" : "+"}${percent(Math.abs(share))}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
