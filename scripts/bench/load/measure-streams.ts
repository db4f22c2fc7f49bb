import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream as WebStream } from "node:stream/web";
import { createApiClient } from "@trainchain/api-client";
import { testWallet, waitFor } from "@trainchain/testing";
import { scaleOf, startLoadWorld } from "./load-world.ts";
import { percentiles } from "./percentiles.ts";
import { startApiProcess } from "./serve-api.ts";

const streams = 500;
/** What one wallet may hold open. */
const perWallet = 20;
const changes = 50;

/** Opens the event streams of jobs, changes one job after the other, and sees when each change has reached everybody. */
export async function measureStreams() {
  const world = await startLoadWorld(scaleOf(0.01));
  const api = await startApiProcess(world, { TRUST_PROXY: "true" });
  const hangUp = new AbortController();
  let heard = 0;
  try {
    const idle = await api.memoryMb();
    const wallets = Array.from({ length: streams / perWallet }, (_, index) => testWallet(index));
    const tokens: string[] = [];
    for (const wallet of wallets)
      tokens.push((await createApiClient({ baseUrl: api.baseUrl }).signIn(wallet)).token);
    await Promise.all(
      Array.from({ length: streams }, async (_, index) => {
        const response = await fetch(`${api.baseUrl}/jobs/1/events`, {
          headers: {
            authorization: `Bearer ${tokens[index % tokens.length]}`,
            // Each wallet at an address of its own: one address may have fewer than all these together.
            "x-forwarded-for": `192.0.2.${index % tokens.length}`,
          },
          signal: hangUp.signal,
        });
        if (!response.ok || !response.body) throw new Error(`a stream answered ${response.status}`);
        void countEvents(response.body, () => {
          heard += 1;
        });
      }),
    );
    await waitFor("every stream to tell of its job", async () => heard === streams);
    const took: number[] = [];
    for (let change = 1; change <= changes; change += 1) {
      const begun = performance.now();
      await world.connection.sql`update jobs set stake_wei = stake_wei + 1 where job_id = 1`;
      await world.connection
        .sql`select pg_notify('trainchain_job', escrow || '/1') from jobs where job_id = 1`;
      await waitFor("everybody to hear", async () => heard === streams * (change + 1), { intervalMs: 1 });
      took.push(performance.now() - begun);
    }
    const { peak } = await api.memoryMb();
    return { openStreams: streams, changes, ...percentiles(took), idleMb: idle.now, peakMb: peak };
  } finally {
    hangUp.abort();
    await api.stop();
    await world.stop();
  }
}

/** Calls `hear` for every `job` event until the stream ends. */
async function countEvents(body: ReadableStream<Uint8Array>, hear: () => void): Promise<void> {
  try {
    for await (const line of createInterface({ input: Readable.fromWeb(body as WebStream) }))
      if (line === "event: job") hear();
  } catch {
    // Hung up.
  }
}
