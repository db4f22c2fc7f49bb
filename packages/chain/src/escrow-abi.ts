import type { EscrowVersion } from "@trainchain/protocol";
import type { Abi } from "viem";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";
import { aiModelTrainingV2Abi } from "./generated/ai-model-training-v2.ts";

/** The calls, events and errors of each version of the escrow. */
export const escrowAbis: Readonly<Record<EscrowVersion, Abi>> = {
  "1": aiModelTrainingAbi,
  "2": aiModelTrainingV2Abi,
};
