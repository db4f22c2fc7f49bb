import { rateLimits, TrainChainError } from "@trainchain/protocol";

/**
 * That honest work at a learning rate can be told from none: nobody is to train in vain.
 * @param rate undefined for the one that is proposed
 * @throws TrainChainError `invalid-input`
 */
export function assertRate(rate: number | undefined): void {
  const { least, most } = rateLimits;
  if (rate === undefined || (rate >= least && rate <= most)) return;
  const why = rate < least ? "nothing that is measured changes" : "training loses what the model knew";
  throw new TrainChainError("invalid-input", `learningRate: at ${rate} ${why}, and honest work is refused`, {
    fix: `Ask for ${least} to ${most}, or leave it out.`,
    facts: { least, most },
  });
}
