import {
  type BaseModel,
  describeLeftOut,
  findBaseModel,
  hubLicense,
  type LlmJobSpec,
  type ResultDocument,
} from "@trainchain/protocol";
import { howToRun } from "./how-to-run.ts";

/**
 * README.md of a result: what a person, and a model hub, need to know of the adapter.
 *
 * @param models the catalogue, which says the base model's licence and how it is spoken to
 */
export function modelCard(
  spec: Omit<LlmJobSpec, "kind">,
  result: Omit<ResultDocument, "bundleCid">,
  models: readonly BaseModel[],
): string {
  const model = findBaseModel(models, spec.model.id);
  const license = model?.license ?? null;
  const { lora, training, dataset } = spec;
  const contributors = result.contributors.map(
    ({ contributor, rows, weight, evaluation }) =>
      `| \`${contributor}\` | ${rows} | ${(100 * weight).toFixed(1)} % | ${show(evaluation?.loss)} |`,
  );
  return `---
base_model: ${spec.model.id}
${license === null ? "" : hubLicense(license)}library_name: peft
pipeline_tag: text-generation
tags: [lora, federated, trainchain]
---

# Adapter of job ${result.jobId}

${spec.description || "No description was given."}

A LoRA adapter for \`${spec.model.id}\` (revision \`${spec.model.revision}\`, licence ${license ?? "unknown"}), trained by ${result.contributors.length} contributors
who each saw one part of the data, and merged on the update B·A itself.

## Run it

${chatOf(model)}${howToRun({ model: spec.model.id, rank: result.delivered ? lora.rank : result.rank })}
## Training

Rank ${lora.rank}, alpha ${lora.alpha}, all linear layers, start drawn from seed ${lora.seed}; ${training.epochs} epochs, learning rate ${training.learningRate},
at most ${training.maxLength} tokens a row, loss on the completion only. ${dataset.rows} rows of instructions (${dataset.format}), ${dataset.holdoutRows} of them held out${dataset.leftOut ? `; left out were ${describeLeftOut(dataset.leftOut)}` : ""}.

| contributor | rows | share | held-out loss |
|---|---|---|---|
${contributors.join("\n")}

## Merge
${roundOf(result)}
Method \`${result.method}\`, rank ${result.rank}, relative error of the update ${result.relativeError.toExponential(2)}.
${choiceOf(result)}${evaluationTable(result)}
## Provenance

Chain ${result.chainId}, escrow \`${result.escrow}\`, job ${result.jobId}, spec \`${result.specCid}\`.
sha256 of adapter_model.safetensors: \`${result.delivered?.sha256 ?? result.mergedSha256}\`. result.json holds every figure.
`;
}

function chatOf(model: BaseModel | undefined): string {
  if (!model || (model.chatTemplate === null && model.endTokens.length === 0)) return "";
  const format = model.chatTemplate ? `Chat format \`${model.chatTemplate}\`. ` : "";
  const ends = model.endTokens.map((token) => `\`${token}\``).join(" or ");
  return `${format}${ends && `An answer ends with ${ends}. `}The base model's tokenizer has the template.\n\n`;
}

function roundOf({ series }: Omit<ResultDocument, "bundleCid">): string {
  if (!series) return "";
  const { round, rounds, previousJobId, momentum } = series;
  const from = previousJobId === null ? "drawn from the seed" : `the result of job ${previousJobId}`;
  return `
Round ${round} of ${rounds}, from ${from}; momentum between rounds ${momentum}.
`;
}

/** What the files beside this card hold, where that is not the merge. */
function choiceOf({ delivered }: Omit<ResultDocument, "bundleCid">): string {
  if (!delivered) return "";
  const { what, contributor, chosenOn, judgedOn } = delivered;
  const name = what === "start" ? "what the job started from" : `the adapter of \`${contributor}\` alone`;
  return `
**This folder holds ${name}, not the merge**, because it is better on rows that nobody trained on: ${show(chosenOn.loss)} against ${show(chosenOn.merged)}
nats a token, as a mean over the ${chosenOn.rows} held-out rows by which it was chosen, and ${show(judgedOn.loss)} against ${show(judgedOn.merged)} over the ${judgedOn.rows} others.
`;
}

function evaluationTable({ evaluation }: Omit<ResultDocument, "bundleCid">): string {
  if (!evaluation) return "\nThe held-out loss was not measured.\n";
  const { base, start, merged, fedavg, holdoutRows, measured } = evaluation;
  const row = (name: string, loss: { loss: number; bitsPerByte: number } | null | undefined) =>
    loss ? `| ${name} | ${show(loss.loss)} | ${show(loss.bitsPerByte)} |\n` : "";
  return `
Measured on ${rowsOf(holdoutRows, measured)} that nobody trained on:

| | nats per token | bits per byte |
|---|---|---|
${row("base model", base)}${row("start of this round", start)}${row("merged adapter", merged)}${row("factors averaged apart", fedavg)}${merged.loss > (start ?? base).loss ? overfit : ""}`;
}

/** The verdicts may all be good: honest work is paid where the terms were wrong. */
const overfit = `
**On these rows the merged adapter is worse than what it started from.** The job's rate and epochs overfit its rows: ask for
fewer epochs or a lower rate, and use what it started from until then.
`;

function rowsOf(holdoutRows: number, measured: { rows: number; tokens: number } | undefined): string {
  if (!measured) return `${holdoutRows} rows`;
  return `${measured.rows} of the ${holdoutRows} rows (${measured.tokens} tokens; the first in the order that the split drew)`;
}

function show(figure: number | undefined): string {
  return figure === undefined ? "not measured" : figure.toFixed(4);
}
