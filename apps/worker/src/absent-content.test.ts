import { join } from "node:path";
import { findJobForWork, listVerdicts } from "@trainchain/db/work";
import { verdictLimits } from "@trainchain/protocol";
import { computeCid } from "@trainchain/storage";
import { roles, waitFor } from "@trainchain/testing";
import { toyAdapter } from "@trainchain/testing/toy-adapters";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fetchDelivery } from "./deliveries/fetch-delivery.ts";
import type { WorkerDeps } from "./deps.ts";
import { rows, startWorld, type World } from "./test-world/start-world.ts";

/* A CID that stands on chain before its content is here. Review periods are a day, the world's default. */

const contributor = roles.firstContributor;
const day = 86_400;

let world: World;

beforeAll(async () => {
  // The time that passes on the chain has passed for the database, whose clock nobody moves.
  world = await startWorld({ startsAt: Math.floor(Date.now() / 1_000) - 3 * day });
  await world.startWorker();
});
afterAll(() => world?.stop());

/** A job with one slot, for which a CID was submitted; with the content. */
async function submitted(noiseSeed: number) {
  const draftId = await world.requestJob(rows(60));
  expect(await world.preparation(draftId)).toMatchObject({ status: "ready" });
  const jobId = await world.listJob(draftId, { maxContributors: 1 });
  await world.accept(jobId, contributor);
  const sealed = await world.sealed(jobId, contributor, 0, toyAdapter({ jobSeed: 7, rank: 4, noiseSeed }));
  const content = new Uint8Array(await new Response(sealed as BodyInit).arrayBuffer());
  await world.submitCid(jobId, contributor, await computeCid(content));
  return { jobId, content };
}

/** The platform's API was there from so many hours after the chain's present time on, for so many hours. */
async function apiIsThere(from: number, hours: number): Promise<void> {
  const { timestamp } = await world.chain.client.getBlock();
  const at = (plus: number) => new Date(1_000 * Number(timestamp) + 3_600_000 * plus).toISOString();
  await world.connection.sql`delete from api_heartbeats`;
  await world.connection.sql`
    insert into api_heartbeats (instance, started_at, seen_at) values ('api', ${at(from)}, ${at(from + hours)})`;
}

/** Resolves once the worker has looked again, and says what it has found. */
async function lookedAt(jobId: bigint): Promise<string | undefined> {
  const tries = async () => {
    const [row] = await world.connection.sql<{ tries: string }>`
      select sum(retry_count) as tries from pgboss.job where singleton_key like ${`verify-adapter/%/${jobId}/%`}`;
    return Number(row?.tries ?? 0);
  };
  const before = await tries();
  await waitFor("another look", async () => {
    const status = await world.slotStatus(jobId, contributor);
    return status === "rejected" || (status === "submitted" && (await tries()) > before + 1);
  });
  return world.slotStatus(jobId, contributor);
}

async function refusal(jobId: bigint): Promise<string | undefined> {
  await waitFor("the rejection", async () => (await world.slotStatus(jobId, contributor)) === "rejected");
  const [verdict] = await listVerdicts(world.connection.db, { escrow: world.chain.escrow, jobId });
  return verdict?.checks.find((check) => check.verdict === "failed")?.message;
}

it("is refused half an hour after the API is back, not half an hour after the submission; what came by then is paid", async () => {
  const [late, never] = [await submitted(1), await submitted(2)];
  await apiIsThere(2, 200);
  await world.chain.travel(2 * 3_600 + verdictLimits.missingContentSeconds - 120);
  for (const { jobId } of [late, never]) expect(await lookedAt(jobId)).toBe("submitted");
  await world.storage.put(late.content);
  await world.untilJob(late.jobId, "completed");
  await world.chain.travel(180);
  expect(await refusal(never.jobId)).toMatch(
    /^The store has no such content under the submitted CID, 15\d minutes after its submission, of which the platform was away for \d+ minutes\.$/,
  );
});

it("is waited for while it is being sent, until a quarter of the review period", async () => {
  const { jobId } = await submitted(3);
  await apiIsThere(-100, 200);
  const owner = world.chain.wallet(contributor);
  await world.connection.sql`insert into uploads (id, owner, purpose, file_name, size_bytes)
    values ('begun', ${owner}, 'adapter', 'adapter.age', 1000)`;
  await world.chain.travel(verdictLimits.arrivalShare * day - 60);
  expect(await lookedAt(jobId)).toBe("submitted");
  await world.chain.travel(61);
  expect(await refusal(jobId)).toMatch(/ 360 minutes after its submission\.$/);
});

it("is not refused where it comes whole while it is looked for", async () => {
  const { jobId, content } = await submitted(5);
  await apiIsThere(-100, 200);
  const { connection, storage, keys, chain } = world;
  await connection.sql`insert into uploads (id, owner, purpose, file_name, size_bytes)
    values ('arriving', ${chain.wallet(contributor)}, 'adapter', 'adapter.age', 1000)`;
  await chain.travel(verdictLimits.missingContentSeconds + 60);
  const { db } = connection;
  const found = await waitFor("the submission", async () => {
    const job = await findJobForWork(db, { escrow: chain.escrow, jobId });
    return job?.submissions.length === 1 ? job : undefined;
  });
  const arrivesMeanwhile: WorkerDeps["storage"] = {
    ...storage,
    async get(cid) {
      if (cid === found.prepared.specCid)
        await connection.sql`
          update uploads set cid = ${await computeCid(content)}, finished_at = now() where id = 'arriving'`;
      return storage.get(cid);
    },
  };
  const { client, escrow } = chain;
  const deps = { db, storage: arrivesMeanwhile, keys, client, chainId: 80_002, escrow };
  const to = join(world.dir, "none");
  const looking = fetchDelivery(deps as unknown as WorkerDeps, found, found.submissions[0]!, to);
  await expect(looking).rejects.toMatchObject({ code: "storage-unavailable" });
});

it("is refused in the end though the platform was away all the time: nothing is paid for what nobody has", async () => {
  const { jobId } = await submitted(4);
  await apiIsThere(100, 1);
  await world.chain.travel(verdictLimits.absentShare * day - 60);
  expect(await lookedAt(jobId)).toBe("submitted");
  await world.chain.travel(61);
  expect(await refusal(jobId)).toContain("of which the platform was away for");
  await world.chain.travel(day);
  await world.untilJob(jobId, "expired");
});
