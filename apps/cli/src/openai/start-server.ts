import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { TrainChainError } from "@trainchain/protocol";
import type { WalletPlatform } from "../platform.ts";
import { createAnswers } from "./answer.ts";
import { createOpenAiApp } from "./app.ts";
import type { JobTerms } from "./door.ts";
import { createRuns } from "./runs.ts";
import { hasEnded } from "./state.ts";
import type { Store } from "./store.ts";

/** Listens, and takes up every job that has not ended. */
export async function startServer(
  deps: { platform: WalletPlatform; store: Store; terms: JobTerms; note: (line: string) => void },
  at: { host: string; port: number },
): Promise<{ port: number; close(): Promise<void> }> {
  const { store, note } = deps;
  const runs = createRuns(deps);
  const app = createOpenAiApp({ ...deps, runs, answer: createAnswers(store, note) });
  const http = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: at.host, port: at.port }, () => resolve(server));
    server.once("error", reject);
  }).catch(async (cause: NodeJS.ErrnoException) => {
    await store.close();
    throw new TrainChainError(
      "configuration-invalid",
      `${at.host}:${at.port} cannot be listened on (${cause.code})`,
      {
        fix: "Name another port with --port.",
        cause,
      },
    );
  });
  for (const job of store.state.jobs) if (!hasEnded(job)) runs.start(job);
  return {
    port: (http.address() as AddressInfo).port,
    async close() {
      runs.stop();
      if ("closeAllConnections" in http) http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
