import {
  type CreateImageClassification,
  createImageClassificationSchema,
  TrainChainError,
} from "@trainchain/protocol";

/** What no schema can know: that a share must not be nothing. */
export function assertPossible({ rewardWei }: Pick<CreateImageClassification, "rewardWei">): void {
  if (rewardWei >= 2n) return;
  throw new TrainChainError("invalid-input", "rewardWei: too little for a contributor", {
    fix: "Offer a reward that leaves something for the contributor.",
  });
}

/** The same of a request as a draft keeps it. */
export function assertImagesPossible(request: unknown): void {
  assertPossible(createImageClassificationSchema.parse(request));
}
