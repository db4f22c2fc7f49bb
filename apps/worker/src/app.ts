import { assertChainId, untilChainId } from "@trainchain/chain";
import {
  type Connection,
  keepBeating,
  type PlatformRecord,
  recordPlatform,
  recordSealingSecret,
  untilModelsKnown,
  untilSealingSecret,
} from "@trainchain/db";
import { type TaskName, taskNames } from "@trainchain/protocol";
import { readModels } from "@trainchain/protocol/node";
import { createKeyRing, createStorage, type StorageConfig, storageConfigFrom } from "@trainchain/storage";
import { createPulse, type Monitor } from "@trainchain/telemetry";
import type { Logger } from "pino";
import { createPublicClient, http, type PublicClient } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { keepClean } from "./clean-up.ts";
import type { WorkerDeps } from "./deps.ts";
import type { Env } from "./env.ts";
import { createEvaluator } from "./evaluating/create-evaluator.ts";
import { createWorkerRegistry } from "./monitoring/worker-metrics.ts";
import { createMailer } from "./notices/mailer.ts";
import { runQueue } from "./run-queue.ts";
import { type Run, runTask, type Task, type TaskObservers } from "./run-task.ts";
import { spendingLimitsOf } from "./sending/limits.ts";
import { createSender } from "./sending/sender.ts";
import { createAdvanceJob } from "./tasks/advance-job.ts";
import { createConcludeJob } from "./tasks/conclude-job.ts";
import { createDeliverNotice } from "./tasks/deliver-notice.ts";
import { createDeliverWhereAnswered } from "./tasks/deliver-where-answered.ts";
import { createPrepareDraft } from "./tasks/prepare-draft.ts";
import { createPrepareRound } from "./tasks/prepare-round.ts";
import { createRelayAcceptance } from "./tasks/relay-acceptance.ts";
import { createRelaySubmission } from "./tasks/relay-submission.ts";
import { createReplayTraining } from "./tasks/replay-training.ts";
import { createSendNotices } from "./tasks/send-notices.ts";
import { createTryResult } from "./tasks/try-result.ts";
import { createVerifyDelivery } from "./tasks/verify-delivery.ts";
import { watchDeadlines } from "./watch-deadlines.ts";
import { removeLeftovers, tempDirOf } from "./with-temp-dir.ts";

/** The worker: its tasks on the queue, its sender, and its eye on the chain's clock. */
export function createWorker(env: Env, connection: Connection, log: Logger) {
  const { db, sql } = connection;
  const storageConfig = storageConfigFrom(env);
  const account = privateKeyToAccount(env.AGGREGATOR_PRIVATE_KEY);
  const client: PublicClient = createPublicClient({ transport: http(env.RPC_URL, { retryCount: 2 }) });
  const deps = depsOf(env, connection, { account, client, storageConfig, log });
  const pulse = createPulse();
  const sender = createSender({
    db,
    connection,
    client,
    account,
    chainId: env.CHAIN_ID,
    escrow: env.ESCROW_ADDRESS,
    limits: spendingLimitsOf(env),
    confirmations: env.CONFIRMATIONS,
    bumpAfterMs: env.BUMP_AFTER_MS,
    pollIntervalMs: 500,
    log,
  });

  const storageDir = storageConfig.backend === "local" ? storageConfig.dir : undefined;
  const { registry, taskSeconds } = createWorkerRegistry(deps, { storageDir });
  const monitor: Monitor = {
    registry,
    async assertReady() {
      await sql`select 1`;
      await assertChainId(client, env.CHAIN_ID);
      pulse.assertBeating();
    },
  };

  async function run(signal: AbortSignal): Promise<void> {
    const onAway = () => log.warn("the chain's node does not answer; trying again");
    await untilChainId(client, env.CHAIN_ID, { signal, onAway });
    const fingerprint = await deps.keys.fingerprint();
    await untilSealingSecret(() => recordSealingSecret(db, fingerprint), fingerprint, signal);
    await recordPlatform(db, platformOf(deps), signal);
    await untilModelsKnown(db, deps, signal);
    await removeLeftovers(deps.tempDir);
    const tasks = createTasks(deps, { log, seconds: taskSeconds });
    const { DATABASE_URL: databaseUrl, CONCURRENCY: concurrency } = env;
    await Promise.all([
      runQueue({ databaseUrl, tasks, concurrency, log, signal, onBeat: pulse.follow("the queue", stillMs) }),
      sender.run(signal, pulse.follow("the sender", stillMs)),
      watchDeadlines(deps, {
        intervalMs: env.DEADLINE_CHECK_MS,
        signal,
        onBeat: pulse.follow("the watch over deadlines", stillMs + env.DEADLINE_CHECK_MS),
      }),
      keepClean(deps, signal),
      keepBeating(db, "worker", {
        ...{ assertReady: monitor.assertReady, signal },
        says: async () => ({
          replays: deps.evaluator !== undefined && deps.replaySegments > 0,
          mails: deps.mail !== undefined,
        }),
      }),
    ]);
  }

  return { deps, sender, monitor, run };
}

function mailFrom({ SMTP_URL: smtpUrl, MAIL_FROM: from, PUBLIC_URL: apiUrl, SITE_URL }: Env) {
  if (!smtpUrl || !from || !apiUrl) return undefined;
  return { mailer: createMailer({ smtpUrl, from }), apiUrl, siteUrl: SITE_URL ?? apiUrl };
}

/** A platform without either is somebody's own: no push service but Apple's minds. */
function pushSubjectOf({ MAIL_FROM: from, PUBLIC_URL: apiUrl, SITE_URL: siteUrl }: Env): string {
  if (from) return `mailto:${from}`;
  return [siteUrl, apiUrl].find((url) => url?.startsWith("https:")) ?? "mailto:nobody@localhost.invalid";
}

function platformOf({ chainId, escrow, aggregator }: WorkerDeps): PlatformRecord {
  return { chainId, escrow, aggregator };
}

/** Longer than one answer of a node or database is waited for. */
const stillMs = 45_000;

function createTasks(deps: WorkerDeps, observers: TaskObservers): Record<TaskName, Task> {
  const deliverNotice = createDeliverNotice(deps);
  // Queues keep the names under which databases have tasks waiting.
  const runs: { [Name in TaskName]: Run<Name> } = {
    "shard-dataset": createPrepareDraft(deps),
    "verify-adapter": createVerifyDelivery(deps),
    "replay-training": createReplayTraining(deps),
    "aggregate-adapters": createConcludeJob(deps),
    "advance-job": createAdvanceJob(deps),
    "prepare-round": createPrepareRound(deps),
    "relay-submission": createRelaySubmission(deps),
    "relay-acceptance": createRelayAcceptance(deps),
    "try-result": createTryResult(deps),
    "send-notices": createSendNotices(deps),
    "deliver-notice": createDeliverWhereAnswered(deps, deliverNotice),
    "deliver-unanswered": deliverNotice,
    "deliver-mail": deliverNotice,
  };
  const task = <Name extends TaskName>(name: Name) => runTask<Name>(name, runs[name], observers);
  return Object.fromEntries(taskNames.map((name) => [name, task(name)])) as Record<TaskName, Task>;
}

interface Made {
  account: PrivateKeyAccount;
  client: PublicClient;
  storageConfig: StorageConfig;
  log: Logger;
}

function depsOf(env: Env, connection: Connection, { account, client, storageConfig, log }: Made): WorkerDeps {
  return {
    db: connection.db,
    connection,
    storage: createStorage(storageConfig),
    keys: createKeyRing(env.SEALING_SECRET),
    client,
    chainId: env.CHAIN_ID,
    escrow: env.ESCROW_ADDRESS,
    aggregator: account.address.toLowerCase() as `0x${string}`,
    dataDir: env.DATA_DIR,
    tempDir: tempDirOf(env),
    models: readModels(env.MODELS_FILE),
    maxAdapterBytes: env.MAX_ADAPTER_BYTES,
    replaySegments: env.REPLAY_SEGMENTS,
    confirmations: env.CONFIRMATIONS,
    allowPrivateWebhooks: env.ALLOW_PRIVATE_WEBHOOKS,
    pushSubject: pushSubjectOf(env),
    mail: mailFrom(env),
    evaluator: createEvaluator(env, log),
    log,
  };
}
