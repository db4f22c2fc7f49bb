import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { acceptJob, getJob, signSubmission, submitAdapter } from "@trainchain/chain";
import { connect, enqueueTask } from "@trainchain/db";
import { createDraft, deleteDraft } from "@trainchain/db/market";
import { findAggregationOf, findPreparation, type PreparedJob } from "@trainchain/db/work";
import { type Address, adapterContext, roundStartContext, stakeOfRound } from "@trainchain/protocol";
import { createKeyRing, createLocalStorage, seal, unseal } from "@trainchain/storage";
import {
  type RunningProcess,
  roles,
  startEscrowChain,
  startPostgres,
  startProcess,
  testPrivateKey,
  testWallet,
  waitFor,
  writeModelsFile,
} from "@trainchain/testing";
import { writeToyModel } from "@trainchain/testing/toy-adapters";
import { zeroAddress } from "viem";
import { readEnv } from "../env.ts";

const apps = fileURLToPath(new URL("../../..", import.meta.url));
const day = 86_400;

/**
 * A real chain, database, store and indexer; the worker under test is started by the test, as often as it likes. Jobs
 * are of a model that is a description of shapes alone, unless a folder is given.
 */
export async function startWorld({
  modelDir,
  ...escrow
}: { modelDir?: string } & Parameters<typeof startEscrowChain>[0] = {}) {
  const dir = await mkdtemp(join(tmpdir(), "trainchain-worker-"));
  const [postgres, chain] = await Promise.all([startPostgres(), startEscrowChain(escrow)]);
  const databaseUrl = await postgres.createDatabase();
  const connection = connect(databaseUrl);
  const { db, sql } = connection;
  const secret = randomBytes(32).toString("hex");
  const model = modelDir ?? join(dir, "toy-model");
  await mkdir(join(dir, "uploads"));
  if (!modelDir) {
    await mkdir(model);
    await writeToyModel(model);
  }
  const shared = {
    DATABASE_URL: databaseUrl,
    ...chain.settings,
    POLL_INTERVAL_MS: "50",
  };
  const workerEnvironment = {
    ...shared,
    DATA_DIR: dir,
    SEALING_SECRET: secret,
    AGGREGATOR_PRIVATE_KEY: testPrivateKey(roles.aggregator),
    MODELS_FILE: await writeModelsFile(dir, [model]),
    DEADLINE_CHECK_MS: "300",
  };
  const running = new Set<RunningProcess>();
  const start = async (name: string, env: Record<string, string>) => {
    const script = join(apps, name, "src", "main.ts");
    const child = await startProcess({ name, script, env, logFile: join(dir, `${name}.log`) });
    running.add(child);
    return child;
  };
  await start("indexer", shared);
  // No API runs here: what would be its time away counts for those of whom something is awaited.
  await sql`insert into api_heartbeats (instance, started_at, seen_at)
    values ('played', now() - interval '60 days', now() + interval '60 days')`;

  const storage = createLocalStorage({ dir: join(dir, "storage") });
  const keys = createKeyRing(Buffer.from(secret, "hex"));

  return {
    dir,
    model,
    chain,
    connection,
    storage,
    keys,
    workerEnv: readEnv(workerEnvironment),
    startWorker: (changes: Record<string, string> = {}) =>
      start("worker", { ...workerEnvironment, ...changes }),

    /** Everything that lies about in the clear now. */
    async plaintextFolders(): Promise<string[]> {
      return readdir(join(dir, "worker-tmp")).catch(() => []);
    },

    /** Where local storage keeps content. */
    fileOf: (cid: string) => join(dir, "storage", cid.slice(-2), cid),

    /** Uploads whose bytes still lie here. */
    uploads: () => readdir(join(dir, "uploads")),

    /** A draft over an uploaded file, queued for preparation; returns its id. */
    async requestJob(file: string | undefined, changes: Record<string, unknown> = {}): Promise<string> {
      const uploadId = randomUUID();
      if (file !== undefined) await writeFile(join(dir, "uploads", uploadId), file);
      const id = randomUUID();
      const request = {
        uploadId,
        model,
        description: "A job of the tests",
        contributors: 2,
        minContributors: 1,
        rewardWei: "1000",
        bondWei: "0",
        rank: 4,
        alpha: 8,
        epochs: 1,
        // The toy adapters' values lie as far from their start as a few steps at this rate go.
        learningRate: 0.02,
        maxLength: 64,
        seed: 7,
        method: "svd",
        ...changes,
      };
      await createDraft(db, {
        id,
        kind: "llm-finetune",
        requester: chain.wallet(roles.requester),
        uploadId,
        request,
        createdAt: new Date(),
      });
      await enqueueTask(db, "shard-dataset", { draftId: id }, { key: `shard-dataset/${id}` });
      return id;
    },

    /** A draft of an image job over an archive, queued for preparation; returns its id. */
    async requestImageJob(archive: Uint8Array): Promise<string> {
      const uploadId = randomUUID();
      await writeFile(join(dir, "uploads", uploadId), archive);
      const id = randomUUID();
      const request = { uploadId, imgsz: 32, exportFormat: "onnx", rewardWei: "1000", bondWei: "0", seed: 7 };
      const requester = chain.wallet(roles.requester);
      await createDraft(db, {
        ...{ id, kind: "image-classification", requester, uploadId, request, createdAt: new Date() },
      });
      await enqueueTask(db, "shard-dataset", { draftId: id }, { key: `shard-dataset/${id}` });
      return id;
    },

    /** A draft changed from a prepared one, as the API makes it; returns its id. */
    async changeDraft(draftId: string, changes: Record<string, unknown>): Promise<string> {
      const id = randomUUID();
      await sql`
        insert into drafts (id, kind, requester, upload_id, request, changed_from_id)
        select ${id}, kind, requester, upload_id, request || ${JSON.stringify(changes)}::jsonb, id
        from drafts where id = ${draftId}`;
      await deleteDraft(db, draftId, new Date());
      await enqueueTask(db, "shard-dataset", { draftId: id }, { key: `shard-dataset/${id}` });
      return id;
    },

    /** The draft of a later round, as it is made with the request; returns its id. */
    async requestRound(firstDraftId: string, round: number): Promise<string> {
      const id = randomUUID();
      await sql`update drafts set first_draft_id = id where id = ${firstDraftId}`;
      await sql`
        insert into drafts (id, kind, requester, upload_id, request, first_draft_id, round)
        select ${id}, kind, requester, upload_id, request, id, ${round} from drafts where id = ${firstDraftId}`;
      return id;
    },

    /** What a job hands on to the next round. */
    async nextOf(jobId: bigint) {
      const stored = await findAggregationOf(db, { escrow: chain.escrow, jobId });
      const next = stored && "series" in stored.result ? stored.result.series?.next : undefined;
      if (!next) throw new Error(`job ${jobId} hands nothing on`);
      return next;
    },

    /** The next round's start in the clear. */
    async startOf(jobId: bigint, cid: string): Promise<Uint8Array> {
      const context = roundStartContext({ chainId: 80_002, contract: chain.escrow, jobId });
      const plain = await unseal(await storage.get(cid), await keys.identityFor(context));
      return new Uint8Array(await new Response(plain).arrayBuffer());
    },

    preparation: (draftId: string) =>
      waitFor(`draft ${draftId} to be prepared`, async () => {
        const found = await findPreparation(db, draftId);
        return found && found.status !== "preparing" && found;
      }),

    async prepared(draftId: string): Promise<PreparedJob> {
      return db.query.llmFinetuneJobs
        .findFirst({ where: (table, { eq }) => eq(table.draftId, draftId) })
        .then((row) => {
          if (!row) throw new Error(`draft ${draftId} is not prepared`);
          return row;
        });
    },

    /** Lists a prepared draft on chain with two slots and a day for each period. */
    async listJob(draftId: string, changes: Parameters<typeof chain.openJob>[0] = {}): Promise<bigint> {
      const { specCid, contributors } = await this.prepared(draftId);
      const [draft] = await sql<{ reward: string; rounds: number; round: number }>`
        select request->>'rewardWei' as reward, coalesce((request->>'rounds')::int, 1) as rounds, round
        from drafts where id = ${draftId}`;
      if (!draft) throw new Error(`there is no draft ${draftId}`);
      const { reward, rounds, round } = draft;
      const { maxContributors = contributors } = changes;
      // What the draft asks for a slot, for each of these.
      const stakeWei =
        (stakeOfRound(BigInt(reward), rounds, round) * BigInt(maxContributors)) / BigInt(contributors);
      const terms = { specCid, trainingPeriod: day, reviewPeriod: day, maxContributors, ...changes };
      return chain.openJob(terms, stakeWei);
    },

    accept: (jobId: bigint, index: number) =>
      chain.mined(
        acceptJob(chain.signer(index), { escrow: chain.escrow, jobId, delegate: zeroAddress, bondWei: 0n }),
      ),

    /** An adapter sealed to its slot, as its contributor's agent seals it. */
    async sealed(jobId: bigint, index: number, slot: number, adapter: Uint8Array) {
      const contributor = chain.wallet(index);
      const context = adapterContext({ chainId: 80_002, contract: chain.escrow, jobId, slot, contributor });
      return seal(adapter, await keys.recipientFor(context));
    },

    /** Submits any text as a delivery's CID, by the contributor's own wallet. */
    submitCid: (jobId: bigint, index: number, adapterCid: string) =>
      chain.mined(
        submitAdapter(chain.signer(index), {
          escrow: chain.escrow,
          jobId,
          contributor: chain.wallet(index),
          adapterCid,
        }),
      ),

    /** Seals an adapter to its slot, stores it, signs its submission and has it relayed, as agent and API do. */
    async deliver(jobId: bigint, index: number, slot: number, adapter: Uint8Array): Promise<string> {
      const contributor = chain.wallet(index);
      const { cid } = await storage.put(await this.sealed(jobId, index, slot, adapter));
      const domain = { chainId: 80_002, escrow: chain.escrow, version: chain.version };
      const signature = await signSubmission(testWallet(index), domain, {
        jobId,
        contributor,
        adapterCid: cid,
      });
      const payload = { escrow: chain.escrow, jobId: jobId.toString(), contributor, adapterCid: cid };
      const key = `relay-submission/${cid}`;
      await enqueueTask(db, "relay-submission", { ...payload, signature }, { key });
      return cid;
    },

    jobOnChain: (jobId: bigint) => getJob(chain.client, { escrow: chain.escrow, jobId }),

    untilJob(jobId: bigint, status: string) {
      return waitFor(
        `job ${jobId} to be ${status}`,
        async () => (await this.jobOnChain(jobId)).status === status,
      );
    },

    async slotStatus(jobId: bigint, index: number): Promise<string | undefined> {
      const contributor: Address = chain.wallet(index);
      const [row] = await sql<{
        status: string;
      }>`select status from slots where job_id = ${jobId.toString()} and contributor = ${contributor}`;
      return row?.status;
    },

    async stop() {
      await Promise.all([...running].map((child) => child.stop()));
      await connection.close();
      await Promise.all([postgres.stop(), chain.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

/** Instruction rows as JSONL. */
export function rows(count: number): string {
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({ instruction: `Double ${index}.`, input: "", output: `${2 * index}` }),
  ).join("\n");
}
