import { listFailedRuns } from "@trainchain/db/work";
import { TrainChainError } from "@trainchain/protocol";
import { useDatabase } from "@trainchain/testing/use-database";
import { pino } from "pino";
import { expect, it } from "vitest";
import { tryFile } from "./try-file.ts";

const connection = useDatabase();

const script = "replay.py";
const fileOf = (jobId: bigint) => ({ escrow: "0x", jobId, contributor: "0x1", adapterCid: "bafy" });
const late = () => Promise.reject(new TrainChainError("timeout", `${script} took longer than it may`));

async function fails(jobId: bigint, isLong: boolean) {
  const deps = { db: connection.db, log: pino({ level: "silent" }) };
  const file = fileOf(jobId);
  const failure = await tryFile(deps, file, {
    ...{ script, attempt: late, control: async () => undefined, isLong },
  }).catch((error: unknown) => error);
  const counted = (await listFailedRuns(connection.db, file, script)).length;
  return { failure, counted };
}

it("a run that ends for want of time counts against its file", async () => {
  expect(await fails(1n, false)).toMatchObject({ failure: { code: "not-ready" }, counted: 1 });
});

it("where the job decides how long it takes it counts against nobody, however often", async () => {
  for (const _ of [1, 2, 3])
    expect(await fails(2n, true)).toMatchObject({ failure: { code: "timeout" }, counted: 0 });
});
