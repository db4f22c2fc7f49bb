import { stat } from "node:fs/promises";
import type { ImageJobForWork } from "@trainchain/db/work";
import { type CheckResult, TrainChainError } from "@trainchain/protocol";
import type { WorkerDeps } from "../deps.ts";
import { sha256OfFile } from "../verifying/adapter-terms.ts";
import type { Verdict } from "../verifying/record-verdict.ts";
import { type Examined, examineModel } from "./examine-model.ts";
import { type Delivery, openDelivery } from "./open-delivery.ts";

export interface JudgedModel {
  verdict: Verdict;
  delivery: Delivery | null;
  evaluation: Examined["evaluation"];
}

/** All checks of an image job's delivery, which lies unsealed at `path`. */
export async function judgeModel(
  deps: WorkerDeps,
  found: ImageJobForWork,
  delivered: { contributor: string; adapterCid: string; sealedToSlot: CheckResult },
  path: string,
  dir: string,
): Promise<JudgedModel> {
  const { contributor, adapterCid, sealedToSlot } = delivered;
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
