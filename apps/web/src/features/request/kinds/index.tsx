import type { ConfigView, JobKind } from "@trainchain/protocol";
import { BranchIcon, ImageIcon } from "@trainchain/ui";
import type { ComponentType, ReactNode } from "react";
import { ImageForm } from "./image-classification/request-form.tsx";
import { LlmForm } from "./llm-finetune/request-form.tsx";

interface RequestOfKind {
  title: string;
  icon: ReactNode;
  text: string;
  Form: ComponentType<{ config: ConfigView }>;
}

/** What can be requested, and the form for it. */
export const requests: Record<JobKind, RequestOfKind> = {
  "llm-finetune": {
    title: "LLM Finetuning",
    icon: <BranchIcon />,
    text: "One to five contributors each train on a part of your rows; their adapters are merged exactly.",
    Form: LlmForm,
  },
  "image-classification": {
    title: "Image Classification",
    icon: <ImageIcon />,
    text: "One contributor trains a YOLO classifier on your labelled images.",
    Form: ImageForm,
  },
};
