import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { jobs, slots } from "@trainchain/db";
import type { JobKind, JobStatus, SlotStatus } from "@trainchain/protocol";
import { createLocalEvaluator } from "@trainchain/python-env";
import { linkSystemPython } from "@trainchain/testing";
import { useDatabase } from "@trainchain/testing/use-database";
import { expect, it } from "vitest";
import { createGetReady } from "./get-ready.ts";

const [escrow, aggregator] = ["0x2", "0x3"] as const;

const connection = useDatabase();

async function insert(
  jobId: bigint,
  kind: JobKind,
  job: JobStatus,
  slot: SlotStatus,
  of: string = aggregator,
) {
  await connection.db.insert(jobs).values({
    ...{ escrow, jobId, kind, requester: "0x1", specCid: `${jobId}`, status: job, aggregator: of },
    ...{ minContributors: 1, maxContributors: 1, trainingPeriodSeconds: 60, reviewPeriodSeconds: 60 },
    ...{ bondWei: 0n, stakeWei: 1n, feeBps: 0, slotsTaken: 1, slotsSubmitted: 0, createdAt: new Date() },
  });
  const taken = { slot: 0, contributor: "0x4", delegate: "0x5", acceptedAt: new Date() };
  await connection.db.insert(slots).values({ escrow, jobId, ...taken, status: slot });
}

it.runIf(process.platform === "linux")(
  "what takes long is loaded once while a job whose deliveries need it is trained, and again for a newer one",
  async () => {
    const envDir = await linkSystemPython();
    const loads = join(envDir, "loads");
    // Ends at once, so that each preparation starts it anew.
    await writeFile(join(envDir, "warm.py"), `open(${JSON.stringify(loads)}, "a").write("x")`);
    const evaluator = createLocalEvaluator({ envDir, scriptDir: envDir });
    const { db } = connection;
    const getReady = createGetReady({ db, escrow, aggregator, evaluator });
    const loadsAfter = async () => {
      await getReady();
      return (await readFile(loads, "utf8").catch(() => "")).length;
    };
    await insert(1n, "llm-finetune", "open", "submitted");
    await insert(2n, "llm-finetune", "cancelled", "accepted");
    await insert(3n, "image-classification", "open", "accepted");
    await insert(4n, "llm-finetune", "open", "accepted", "0x9");
    expect(await loadsAfter()).toBe(0);
    await insert(5n, "llm-finetune", "open", "accepted");
    expect(await loadsAfter()).toBe(1);
    expect(await loadsAfter()).toBe(1);
    await insert(6n, "llm-finetune", "open", "accepted");
    expect(await loadsAfter()).toBe(2);
  },
);
