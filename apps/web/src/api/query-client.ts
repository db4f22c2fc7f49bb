import { QueryClient } from "@tanstack/react-query";
import { pauseBefore } from "@trainchain/api-client";
import { TrainChainError } from "@trainchain/protocol";

/** Answers stay fresh for some seconds; only failures that may pass are tried again. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 2 && error instanceof TrainChainError && error.mayRetry,
      retryDelay: (failures, error) => pauseBefore(error, failures + 1),
    },
  },
});
