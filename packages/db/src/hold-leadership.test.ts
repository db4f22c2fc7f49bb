import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startPostgres, waitFor } from "@trainchain/testing";
import { expect, it } from "vitest";
import { connect } from "./connect.ts";
import { holdLeadership } from "./hold-leadership.ts";
import { pause } from "./pause.ts";

it("a leader whose database is restarted hears of it, leads again, and never beside another", async () => {
  const dir = await mkdtemp(join(tmpdir(), "trainchain-leader-"));
  const server = { dataDir: join(dir, "data"), port: await freePort() };
  let postgres = await startPostgres(server);
  const stopping = new AbortController();
  const { signal } = stopping;
  const url = postgres.url("postgres");
  const terms: string[] = [];
  const leading = new Set<string>();
  let together = false;

  const candidates = ["one", "two"].map(async (name) => {
    const connection = connect(url, { poolSize: 1 });
    while (!signal.aborted)
      await holdLeadership(connection, { role: "tested", retryMs: 50, signal }, async (assertLeading) => {
        terms.push(name);
        try {
          for (;;) {
            await assertLeading();
            leading.add(name);
            together ||= leading.size > 1;
            if (signal.aborted) return;
            await pause(20, signal);
          }
        } finally {
          leading.delete(name);
        }
      }).catch(() => pause(50, signal));
    await connection.close();
  });

  await waitFor("somebody to lead", async () => leading.size === 1);
  await postgres.stop();
  await waitFor("the leader to hear of it", async () => leading.size === 0);
  postgres = await startPostgres(server);
  await waitFor("somebody to lead again", async () => leading.size === 1);
  expect(terms.length).toBeGreaterThanOrEqual(2);
  expect(together).toBe(false);
  stopping.abort();
  await Promise.all(candidates);
  await postgres.stop();
  await rm(dir, { recursive: true, force: true });
});
