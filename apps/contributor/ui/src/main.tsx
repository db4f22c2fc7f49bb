import "./zod-without-eval.ts";
import "./styles.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { TrainChainError } from "@trainchain/protocol";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { follow } from "./agent/live-state.ts";
import { router } from "./router.tsx";

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < 2 && error instanceof TrainChainError && error.mayRetry,
    },
  },
});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
void follow();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
