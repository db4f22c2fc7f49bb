import { TrainChainError } from "@trainchain/protocol";

/**
 * Does what a wallet must not be asked for twice, unless another window of this browser is at it: a wallet numbers its
 * transactions by itself, and would send both.
 * @throws TrainChainError `conflict`
 */
export async function inOneWindow<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  // A browser has it where it trusts the connection.
  if (!navigator.locks) return work();
  return navigator.locks.request(`trainchain/${name}`, { ifAvailable: true }, (lock) => {
    if (lock) return work();
    throw new TrainChainError("conflict", "another window of this browser is doing this already", {
      fix: "Answer your wallet there, or close that window; then try again.",
    });
  });
}
