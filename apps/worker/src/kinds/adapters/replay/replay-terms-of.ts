import type { AdaptedModule } from "@trainchain/lora";
import {
  type AdapterJobSpec,
  mayBeReplayed,
  replayTerms,
  segmentsFor,
  TrainChainError,
} from "@trainchain/protocol";
import type { WorkerDeps } from "../../../deps.ts";
import { linearParameters, trainingUses } from "../training-uses.ts";
import { boundaryBytesOf } from "./boundary-bytes.ts";

/**
 * What is kept of each training so that parts of it can be done again; nothing where the platform does none again:
 * without an evaluator, which counts the rows that fit, or too much of it.
 *
 * @throws TrainChainError `configuration-invalid` where the requester asked for it and the platform does not offer it
 */
export function replayTermsOf(
  deps: Pick<WorkerDeps, "replaySegments">,
  spec: Pick<AdapterJobSpec, "kind" | "lora" | "training" | "dataset">,
  modules: readonly AdaptedModule[],
  isAsked: boolean,
): AdapterJobSpec["replay"] {
  const segments = segmentsFor(trainingUses(spec, modules), deps.replaySegments);
  const isSmall = mayBeReplayed(linearParameters(modules) / 1e9);
  const boundaryBytes = boundaryBytesOf(modules, spec.lora.rank);
  if (deps.replaySegments > 0 && spec.dataset.fittingRows && segments && isSmall)
    return { segments, boundaryBytes, arithmetic: replayTerms.arithmetic };
  if (!isAsked) return undefined;
  throw new TrainChainError("configuration-invalid", "proof: this platform does no such training again", {
    fix: 'Request the job with proof "result" or without it, or a shorter one: of a smaller model, fewer rows or epochs.',
  });
}
