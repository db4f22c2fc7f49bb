import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "@trainchain/db";
import { createDraft } from "@trainchain/db/market";
import { type AdapterJobForWork, findDraftToPrepare } from "@trainchain/db/work";
import { type Address, localBaseModel } from "@trainchain/protocol";
import { createLocalEvaluator } from "@trainchain/python-env";
import { createKeyRing, createLocalStorage } from "@trainchain/storage";
import { roles, startEscrowChain, startPostgres, testWallet } from "@trainchain/testing";
import { pino } from "pino";
import type { PublicClient } from "viem";
import type { WorkerDeps } from "../../../apps/worker/src/deps.ts";
import { prepareRows } from "../../../apps/worker/src/kinds/llm-finetune/prepare.ts";
import { pythonEnvDir } from "../../env.ts";
import { createRememberingEvaluator } from "./remembering-evaluator.ts";

const scriptDir = fileURLToPath(new URL("../../../trainer", import.meta.url));
const hour = 3_600;
/** The most contributors of a job. */
export const mostSlots = 5;

export interface Terms {
  model: string;
  epochs: number;
  learningRate: number | undefined;
  maxLength: number;
  rank: number;
}

/** What the worker works with: a real database, store, chain and evaluator, and jobs prepared by its own code. */
export async function openMarket(folder: string) {
  const [postgres, chain] = await Promise.all([startPostgres(), startEscrowChain()]);
  const connection = connect(await postgres.createDatabase());
  // No API runs here: what would be its time away counts for those of whom something is awaited.
  await connection.sql`insert into api_heartbeats (instance, started_at, seen_at)
    values ('played', now() - interval '60 days', now() + interval '60 days')`;
  const { evaluator, told } = createRememberingEvaluator(
    createLocalEvaluator({ envDir: pythonEnvDir, scriptDir }),
  );
  const [dataDir, tempDir] = [join(folder, "data"), join(folder, "temp")];
  await mkdir(join(dataDir, "uploads"), { recursive: true });
  await mkdir(tempDir);
  const depsFor = (model: string): WorkerDeps => ({
    db: connection.db,
    connection,
    storage: createLocalStorage({ dir: join(folder, "storage") }),
    keys,
    client: chain.client as unknown as PublicClient,
    chainId: 80_002,
    escrow: chain.escrow,
    aggregator: chain.wallet(roles.aggregator),
    ...{ dataDir, tempDir, models: [localBaseModel(model)], maxAdapterBytes: 1024 ** 3 },
    ...{
      replaySegments: 20,
      confirmations: 0,
      allowPrivateWebhooks: false,
      pushSubject: "mailto:nobody@localhost.invalid",
      mail: undefined,
      evaluator,
      log: pino({ level: "silent" }),
    },
  });
  const keys = createKeyRing(randomBytes(32));

  return {
    chain,
    told,
    /** A job of five slots over a file of rows, all taken; its deliveries are still to come. */
    async prepare(dataset: string, seed: number, { model, ...terms }: Terms) {
      const deps = depsFor(model);
      const [id, uploadId] = [randomUUID(), randomUUID()];
      await writeFile(join(dataDir, "uploads", uploadId), dataset);
      const request = {
        ...{
          uploadId,
          model,
          description: "A job of the bench",
          contributors: mostSlots,
          minContributors: 1,
        },
        ...{ rewardWei: "1000", bondWei: "0", holdoutRows: 20, seed, splitSeed: seed, proof: "replay" },
        ...{ ...terms, method: "svd" },
      };
      const requester = chain.wallet(roles.requester);
      await createDraft(connection.db, {
        ...{ id, kind: "llm-finetune", requester, uploadId, request, createdAt: new Date() },
      });
      const draft = await findDraftToPrepare(connection.db, id);
      if (!draft) throw new Error(`draft ${id} is gone`);
      const dir = join(folder, id);
      await mkdir(dir);
      await prepareRows(deps, draft, dir);
      const prepared = await connection.db.query.llmFinetuneJobs.findFirst({
        where: (table, { eq }) => eq(table.draftId, id),
      });
      const job = { escrow: chain.escrow, jobId: 0n, reviewPeriodSeconds: hour, stakeWei: 1_000n * 5n };
      const split = { feeBps: 0, minContributors: 1, maxContributors: mostSlots, bondWei: 0n };
      const slots = Array.from({ length: mostSlots }, (_, slot) => ({ slot, contributor: walletOf(slot) }));
      const found = { job: { ...job, ...split }, slots, submissions: [], prepared };
      return { deps, found: found as unknown as AdapterJobForWork };
    },
    async close() {
      await connection.close();
      await Promise.all([postgres.stop(), chain.stop()]);
    },
  };
}

export type Market = Awaited<ReturnType<typeof openMarket>>;

export const walletOf = (slot: number) =>
  testWallet(roles.firstContributor + slot).address.toLowerCase() as Address;
