import { TrainChainError } from "@trainchain/protocol";

/** That nothing here can answer prompts with a job's result. */
export function cannotTry(jobId: bigint): TrainChainError {
  return new TrainChainError("conflict", `the result of job ${jobId} cannot be tried here`, {
    fix: "Download it and run `trainchain result try`.",
  });
}
