import { type ImageJobSpec, type ImageResultDocument, measuredImages } from "@trainchain/protocol";

/** README.md of an image job's result. */
export function imageModelCard(spec: ImageJobSpec, result: Omit<ImageResultDocument, "bundleCid">): string {
  const { training, dataset, classes } = spec;
  const { evaluation, unopened } = result;
  const { accuracy, correct, holdoutRows, chance } = evaluation;
  const judged = measuredImages(evaluation);
  const which = judged < holdoutRows ? `${judged} of ${holdoutRows}` : holdoutRows;
  return `---
library_name: onnx
pipeline_tag: image-classification
license: agpl-3.0
tags: [image-classification, yolo, trainchain]
---

# Image classifier of job ${result.jobId}

${spec.description || "No description was given."}

\`model.onnx\` takes one RGB image of ${training.imgsz} × ${training.imgsz} pixels as float32 (1, 3, ${training.imgsz}, ${training.imgsz}) in [0, 1] (shorter side
scaled to ${training.imgsz}, middle square) and answers with the probabilities of ${classes.length} classes, in this order:

${classes.map((name, index) => `${index}. ${name}`).join("\n")}

## Training

\`${spec.model.id}\` of ultralytics (AGPL-3.0, weights ${spec.model.revision} where they could be fetched, else untrained), ${training.epochs} epochs, seed ${training.seed}.
${dataset.rows} images, ${dataset.holdoutRows} of them held out and seen by nobody who trained.

## Accuracy

The model was judged on ${which} held-out images, and names ${correct} rightly: **${(100 * accuracy).toFixed(1)} %**. Always naming the most frequent class would
reach ${(100 * chance.accuracy).toFixed(1)} %. Rows are the true classes, columns the named ones:

| |${classes.map((name) => ` ${name} |`).join("")}
|---|${classes.map(() => "---|").join("")}
${classes.map((name, row) => `| ${name} |${(evaluation.confusion[row] ?? []).map((count) => ` ${count} |`).join("")}`).join("\n")}
${unopened ? unopenedNote(unopened.format) : ""}
## Provenance

Chain ${result.chainId}, escrow \`${result.escrow}\`, job ${result.jobId}, spec \`${result.specCid}\`.
sha256 of model.onnx: \`${result.modelSha256}\`. result.json holds every figure.
`;
}

function unopenedNote(format: string): string {
  return `
## model.${format} was not checked

The contributor sent this file beside \`model.onnx\`. The platform stored its bytes and **never opened it**: loading such a file
can run whatever its sender put in. Nothing above says anything of it, not even that it is the same model. Load it only in a
sandbox, or where you trust the contributor; \`model.onnx\` is the file that was checked and measured.
`;
}
