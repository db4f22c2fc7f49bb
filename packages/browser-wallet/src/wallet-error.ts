import { TrainChainError } from "@trainchain/protocol";

/** What a wallet threw, in words that say what to do. */
export function toWalletError(error: unknown): TrainChainError {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof TrainChainError) return cause;
    const code = "code" in cause ? cause.code : undefined;
    if (code === 4001 || cause.name === "UserRejectedRequestError") {
      return new TrainChainError("forbidden", "you declined the request in your wallet", {
        fix: "Nothing was sent. Try again when you are ready.",
        facts: { declined: true },
        cause: error,
      });
    }
    if (code === -32_002) {
      return new TrainChainError("not-ready", "your wallet already shows a request from this page", {
        fix: "Open the wallet and answer it.",
        cause: error,
      });
    }
    if (code === 4901 || cause.name === "SwitchChainError" || cause.name === "ConnectorChainMismatchError") {
      return new TrainChainError("wrong-network", "your wallet is on another network", {
        fix: "Switch the network in your wallet, then try again.",
        cause: error,
      });
    }
  }
  return new TrainChainError("internal", "the wallet answered with an error", {
    fix: error instanceof Error ? error.message.split("\n")[0] : undefined,
    cause: error,
  });
}
