import type { JobView } from "@trainchain/protocol";
import { initialDeadlines } from "../../deadline-fields.tsx";
import { initialSlotTerms } from "../../slot-terms.tsx";
import { termsOfJob } from "../terms-of-job.ts";

export const imageFormKey = "trainchain-image-request";

/** With which the form begins. */
export const initial = {
  title: "",
  model: "yolov8n-cls",
  epochs: 40,
  imgsz: 224,
  exportFormat: "onnx",
  description: "",
  reward: "1",
  ...initialDeadlines,
  ...initialSlotTerms,
};

/** With which a job was requested. */
export function imageValuesOf(job: JobView): Record<string, string | number> {
  const { spec } = job;
  if (spec?.kind !== "image-classification") return termsOfJob(job);
  const { model, epochs, imgsz, exportFormat } = spec;
  return { ...termsOfJob(job), model: model.id, epochs, imgsz, exportFormat };
}
