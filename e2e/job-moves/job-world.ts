import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalWorldOptions, startLocalWorld } from "@trainchain/testing/local-world";
import { toyModules, writeToyModel } from "@trainchain/testing/toy-adapters";
import { followAgain } from "./follow-again.ts";
import { createJobMoves } from "./job-moves.ts";

/** The escrow's fee: 5 %. */
const feeBps = 500;

export const hour = 3_600;

/** A whole local TrainChain, whose clock the test moves forward, and whose jobs train nothing. */
export async function startJobWorld({
  env,
  ...reached
}: Pick<LocalWorldOptions, "env" | "nodeUrl" | "databaseProxy" | "escrowVersion"> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), "trainchain-moves-"));
  const model = join(dataDir, "toy-model");
  await mkdir(model);
  await writeToyModel(model);
  const world = await startLocalWorld({
    dataDir,
    models: [model],
    feeBps,
    ...reached,
    env: {
      api: { ...env?.api },
      indexer: { POLL_INTERVAL_MS: "100", ...env?.indexer },
      worker: { DEADLINE_CHECK_MS: "300", ...env?.worker },
    },
  });
  const moves = await createJobMoves(world, { path: model, modules: toyModules });

  return {
    ...moves,
    /** The processes under it, for tests that kill them. */
    local: world,

    /** Does something while the platform's worker, and with it the aggregator, is down. */
    async withoutWorker(work: () => Promise<void>): Promise<void> {
      await world.worker.stop();
      await work().finally(() => world.restart("worker"));
    },

    /** Everything derived from the chain, as followed until now and as derived anew; the indexer then stands still. */
    followAgain: async () => followAgain(world, await moves.chain.getBlockNumber({ cacheTime: 0 })),

    async stop() {
      await world.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type JobWorld = Awaited<ReturnType<typeof startJobWorld>>;
