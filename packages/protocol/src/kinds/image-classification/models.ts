import type { HardwareNeeds } from "../../hardware-needs.ts";

/** A YOLO classification network that requesters may choose. Pretrained weights (`<id>.pt`) are the makers' release. */
export interface ImageModel {
  id: ImageModelId;
  /** Release of the makers' pretrained weights. */
  revision: string;
  name: string;
  /** With ImageNet's 1000 classes; fewer classes make the head, and so the network, a little smaller. */
  parametersMillion: number;
  license: string;
}

export const imageModelIds = [
  "yolov8n-cls",
  "yolov8s-cls",
  "yolov8m-cls",
  "yolov8l-cls",
  "yolov8x-cls",
  "yolo11n-cls",
  "yolo11s-cls",
  "yolo11m-cls",
  "yolo11l-cls",
  "yolo11x-cls",
] as const;

export type ImageModelId = (typeof imageModelIds)[number];

const sizes = { n: "nano", s: "small", m: "medium", l: "large", x: "extra large" } as const;
const parametersMillion: Record<ImageModelId, number> = {
  "yolov8n-cls": 2.72,
  "yolov8s-cls": 6.36,
  "yolov8m-cls": 17.05,
  "yolov8l-cls": 37.48,
  "yolov8x-cls": 57.42,
  "yolo11n-cls": 2.81,
  "yolo11s-cls": 6.72,
  "yolo11m-cls": 11.63,
  "yolo11l-cls": 14.12,
  "yolo11x-cls": 29.64,
};

export const imageModels: readonly ImageModel[] = imageModelIds.map((id) => {
  const [, family = "", size = "n"] = /^yolo(v8|11)(.)/.exec(id) ?? [];
  return {
    id,
    revision: "v8.4.0",
    name: `YOLO${family} ${sizes[size as keyof typeof sizes]}, classification`,
    parametersMillion: parametersMillion[id],
    license: "AGPL-3.0",
  };
});

/**
 * What a machine needs for an image job. Networks up to small on pictures of at most 64 pixels take a fraction of
 * what photographs do: 0.9 GiB, Python included, for nano at 32 pixels on a CPU.
 */
export function imageNeeds({ model, imgsz }: { model: ImageModelId; imgsz: number }): {
  gpu: HardwareNeeds;
  cpu: HardwareNeeds;
} {
  const isTiny = imgsz <= 64 && parametersMillion[model] < 7;
  return isTiny
    ? {
        gpu: { vramGb: 1, ramGb: 2, diskGb: 1, cores: 1 },
        cpu: { vramGb: 0, ramGb: 2, diskGb: 1, cores: 1 },
      }
    : {
        gpu: { vramGb: 4, ramGb: 8, diskGb: 10, cores: 2 },
        cpu: { vramGb: 0, ramGb: 8, diskGb: 10, cores: 4 },
      };
}
