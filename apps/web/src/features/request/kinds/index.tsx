import type { ConfigView, JobKind, JobView } from "@trainchain/protocol";
import { BranchIcon, ImageIcon } from "@trainchain/ui";
import { type ComponentType, lazy, type ReactNode } from "react";
import { embeddingFormKey, embeddingValuesOf } from "./embedding-finetune/request-values.ts";
import { ImageForm } from "./image-classification/request-form.tsx";
import { imageFormKey, imageValuesOf } from "./image-classification/request-values.ts";
import { LlmForm } from "./llm-finetune/request-form.tsx";
import { llmFormKey, llmValuesOf } from "./llm-finetune/request-values.ts";

interface RequestOfKind {
  title: string;
  icon: ReactNode;
  text: string;
  Form: ComponentType<{ config: ConfigView }>;
  /** Where its form's values are kept. */
  formKey: string;
  /** The values with which a job of the kind was requested. */
  valuesOf: (job: JobView) => Record<string, string | number>;
}

/** What can be requested, and the form for it. */
export const requests: Record<JobKind, RequestOfKind> = {
  "llm-finetune": {
    title: "LLM Finetuning",
    icon: <BranchIcon />,
    text: "One to five contributors each train on a part of your rows; their adapters are merged exactly.",
    Form: LlmForm,
    formKey: llmFormKey,
    valuesOf: llmValuesOf,
  },
  "image-classification": {
    title: "Image Classification",
    icon: <ImageIcon />,
    text: "One contributor trains a YOLO classifier on your labelled images.",
    Form: ImageForm,
    formKey: imageFormKey,
    valuesOf: imageValuesOf,
  },
  "embedding-finetune": {
    title: "Embedding Finetuning",
    icon: <BranchIcon />,
    text: "One to five contributors each train a sentence encoder on a part of your pairs; their adapters are merged exactly.",
    Form: lazy(() => import("./embedding-finetune/request-form.tsx")),
    formKey: embeddingFormKey,
    valuesOf: embeddingValuesOf,
  },
};
