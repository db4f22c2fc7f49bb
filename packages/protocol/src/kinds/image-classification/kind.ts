import { draftChangesSchema } from "../draft-changes.ts";
import type { Kind } from "../kind.ts";
import { imageModels, imageNeeds } from "./models.ts";
import { createImageClassificationSchema } from "./request.ts";
import type { ImageJobSpec } from "./spec.ts";
import type { ImageSpecSummary } from "./summary.ts";

/**
 * How often an image of 640 pixels a side uses each parameter of a classifier, where a token uses it once:
 * Ultralytics states 4.3 to 154.8 GFLOPs for 2.7 to 57.4 million parameters, two operations a use.
 */
const usesPerImage = 1_100;

/** An image job has one slot. */
const alone = { contributors: 1, minContributors: 1, rounds: 1 };

/** What an image job has none of. */
const ofRows: ReadonlySet<string> = new Set(["contributors", "minContributors", "learningRate", "maxLength"]);

export const imageClassification: Kind<ImageJobSpec, ImageSpecSummary> = {
  termsOf: (request) => ({ ...createImageClassificationSchema.parse(request), ...alone }),
  changeable: draftChangesSchema.keyof().options.filter((name) => !ofRows.has(name)),
  summarise({ kind, draftId, title, description, model, training, dataset, classes, exportFormat }) {
    const { rows, shardRows } = dataset;
    const common = { draftId, title, description, model, epochs: training.epochs, rows, shardRows };
    return { ...common, kind, imgsz: training.imgsz, classes, exportFormat };
  },
  asksOf: () => [],
  needsOf: ({ model, training }) => imageNeeds({ model: model.id, imgsz: training.imgsz }),
  async usesOf({ shardRows, epochs, model: { id }, imgsz }) {
    const model = imageModels.find((one) => one.id === id);
    if (!model) return null;
    const uses = model.parametersMillion * 1e6 * usesPerImage * (imgsz / 640) ** 2;
    return Math.max(...shardRows) * epochs * uses;
  },
  trainer: {
    script: "train_yolo.py",
    // No class name holds a comma, so the list can be joined by them.
    optionsOf: ({ model, training, classes, exportFormat }, cid) => ({
      "dataset-cid": cid,
      model: model.id,
      epochs: training.epochs,
      imgsz: training.imgsz,
      "num-classes": classes.length,
      classes: classes.join(","),
      "export-format": exportFormat,
      seed: training.seed,
    }),
    shardType: "application/zip",
    deliveredAs: "model.tar",
    submission: { path: "/jobs/complete", cidAs: "modelCid" },
  },
};
