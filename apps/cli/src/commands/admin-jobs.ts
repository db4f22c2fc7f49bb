import { connect, createQueueClient, failedQueue } from "@trainchain/db";
import { countJobs, listStuckJobs } from "@trainchain/db/operations";
import type { Command } from "commander";
import { createPublicClient, http } from "viem";
import { readAdminEnv } from "../admin/env.ts";
import { explainStuck } from "../admin/explain-stuck.ts";
import { duration, withJson } from "../options.ts";
import { createOutput, table } from "../output.ts";

interface Options {
  json: boolean;
  stuck: boolean;
  grace: number;
  retry?: string;
}

/** `trainchain admin jobs`: how many jobs there are; those on which nothing moves, and why; what failed, once more. */
export function addAdminJobs(admin: Command): void {
  const command = admin
    .command("jobs")
    .description("count the platform's jobs, or list those that are stuck, with reason and fix")
    .option(
      "--stuck",
      "list drafts and jobs for which the platform owes a move, and exit 2 where there are any",
      false,
    )
    .option("--retry <job>", "try again what of a job's tasks failed for good, once its cause is mended")
    .option("--grace <time>", "how long a move may be owed before it counts, such as 10m", duration, 600);
  withJson(command).action(({ json, stuck, grace, retry }: Options) => {
    if (retry !== undefined) return retryFailed(json, retry);
    return stuck ? listStuck(json, grace) : count(json);
  });
}

async function count(json: boolean): Promise<void> {
  const env = readAdminEnv();
  const { db, close } = connect(env.DATABASE_URL, { poolSize: 1 });
  const counts = await countJobs(db, env.ESCROW_ADDRESS).finally(close);
  createOutput(json).result(counts, () => table(counts.map((row) => [row.status, String(row.count)])));
}

async function listStuck(json: boolean, graceSeconds: number): Promise<void> {
  const env = readAdminEnv();
  const { timestamp } = await createPublicClient({ transport: http(env.RPC_URL) }).getBlock();
  const chainTime = new Date(Number(timestamp) * 1000);
  const { db, close } = connect(env.DATABASE_URL, { poolSize: 1 });
  const facts = await listStuckJobs(db, { escrow: env.ESCROW_ADDRESS, chainTime, graceSeconds }).finally(
    close,
  );
  const stuck = facts.map(explainStuck);
  createOutput(json).result(stuck, () =>
    stuck.length === 0
      ? ["Nothing is stuck."]
      : stuck.flatMap(({ subject, sinceSeconds, reason, fix }) => [
          `${subject}, for ${Math.round(sinceSeconds / 60)} min: ${reason}`,
          `  ${fix}`,
        ]),
  );
  if (stuck.length > 0) process.exitCode = 2;
}

async function retryFailed(json: boolean, jobId: string): Promise<void> {
  const env = readAdminEnv();
  const queue = createQueueClient(env.DATABASE_URL, { supervise: false });
  try {
    await queue.start();
    const data = { escrow: env.ESCROW_ADDRESS, jobId };
    const retried = await queue.redrive(failedQueue, { data });
    createOutput(json).result({ retried }, () => [`${retried} tasks of job ${jobId} are tried again.`]);
  } finally {
    await queue.stop({ graceful: false });
  }
}
