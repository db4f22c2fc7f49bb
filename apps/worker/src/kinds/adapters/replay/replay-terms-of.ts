import type { AdaptedModule } from "@trainchain/lora";
import {
  type AdapterJobSpec,
  mayBeReplayed,
  mostStatesBytes,
  replayTerms,
  segmentsFor,
  TrainChainError,
} from "@trainchain/protocol";
import { diskBytesOf } from "@trainchain/protocol/node";
import type { WorkerDeps } from "../../../deps.ts";
import { linearParameters, trainingUses } from "../training-uses.ts";
import { boundaryBytesOf } from "./boundary-bytes.ts";

/**
 * What is kept of each training so that parts of it can be done again; nothing where the platform does none again:
 * without an evaluator, which counts the rows that fit, or too much of it, or of states that its disk is too small for.
 *
 * @throws TrainChainError `configuration-invalid` where the requester asked for it and the platform does not offer it
 */
export async function replayTermsOf(
  { replaySegments, dataDir }: Pick<WorkerDeps, "replaySegments" | "dataDir">,
  spec: Pick<AdapterJobSpec, "kind" | "lora" | "training" | "dataset">,
  modules: readonly AdaptedModule[],
  isAsked: boolean,
): Promise<AdapterJobSpec["replay"]> {
  const segments = segmentsFor(trainingUses(spec, modules), replaySegments);
  const isSmall = mayBeReplayed(linearParameters(modules) / 1e9);
  const boundaryBytes = boundaryBytesOf(modules, spec.lora.rank);
  if (replaySegments > 0 && spec.dataset.fittingRows && segments && isSmall) {
    const { arithmetic, drawnFrom, mostOfDisk } = replayTerms;
    const mostBytes = mostStatesBytes({ segments, boundaryBytes, paidWei: drawnFrom[0].paidWei });
    if (mostBytes <= mostOfDisk * (await diskBytesOf(dataDir)))
      return { segments, boundaryBytes, arithmetic };
  }
  if (!isAsked) return undefined;
  throw new TrainChainError("configuration-invalid", "proof: this platform does no such training again", {
    fix: 'Request the job with proof "result" or without it, or a smaller one: of a smaller model or rank, fewer rows or epochs.',
  });
}
