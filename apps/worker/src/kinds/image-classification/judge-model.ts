import { stat } from "node:fs/promises";
import type { ImageJobForWork } from "@trainchain/db/work";
import { TrainChainError } from "@trainchain/protocol";
import { sha256OfFile } from "@trainchain/storage";
import type { Verdict } from "../../deliveries/record-verdict.ts";
import { sealedToSlot } from "../../deliveries/sealed-to-slot.ts";
import type { WorkerDeps } from "../../deps.ts";
import type { OpenedDelivery } from "../kind-work.ts";
import { type Examined, examineModel } from "./examine-model.ts";
import { type Delivery, openDelivery } from "./open-delivery.ts";

export interface JudgedModel {
  verdict: Verdict;
  delivery: Delivery | null;
  evaluation: Examined["evaluation"];
}

/** All checks of an image job's delivery. */
export async function judgeModel(
  deps: WorkerDeps,
  found: ImageJobForWork,
  { contributor, adapterCid, path }: OpenedDelivery,
  dir: string,
): Promise<JudgedModel> {
  const about = {
    contributor,
    adapterCid,
    adapterSha256: await sha256OfFile(path),
    sizeBytes: (await stat(path)).size,
  };
  const delivery = await openDelivery(path, found.prepared.spec.exportFormat, dir).catch((error: unknown) => {
    if (error instanceof TrainChainError) return error;
    throw error;
  });
  if (delivery instanceof TrainChainError) {
    const refusal = { check: "onnx", verdict: "failed" as const, figure: null, threshold: null };
    const checks = [sealedToSlot, { ...refusal, message: delivery.message }];
    return { verdict: { ...about, checks }, delivery: null, evaluation: null };
  }
  const { checks, evaluation } = await examineModel(
    deps,
    found,
    { contributor, adapterCid },
    delivery.onnx,
    dir,
  );
  return { verdict: { ...about, checks: [sealedToSlot, ...checks] }, delivery, evaluation };
}
