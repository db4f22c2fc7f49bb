import { connect, slots } from "@trainchain/db";
import { notifyJob } from "@trainchain/db/market";
import { eq, sql } from "drizzle-orm";
import { pino } from "pino";
import { expect, it } from "vitest";
import { startJobFeed } from "../jobs/job-feed.ts";
import { firstContributor, insertRunningJob, requester, stranger } from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";

export function streamBehaviour(world: () => TestApi): void {
  it("a stream begins with the job and sends it again at each change that its writer announces", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const end = new AbortController();
    const changes = (await api.client(stranger)).watchJob(jobId, { signal: end.signal });
    const first = await changes.next();
    expect(first.value).toMatchObject({
      type: "job",
      job: { slots: [{ status: "accepted" }, { status: "accepted" }] },
    });
    await api.db.transaction(async (tx) => {
      await tx.update(slots).set({ status: "submitted" }).where(eq(slots.jobId, jobId));
      await notifyJob(tx, { escrow: api.escrow, jobId });
    });
    const second = await changes.next();
    expect(second.value).toMatchObject({
      type: "job",
      job: { slots: [{ status: "submitted" }, { status: "submitted" }] },
    });
    end.abort();
    await changes.return(undefined);
  });

  it("a change that could not be read at once is read again, without another one", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const key = { escrow: api.escrow, jobId };
    const busy = connect(api.databaseUrl, { statementTimeoutMs: 100 });
    const failed: string[] = [];
    const feed = startJobFeed(busy, pino({}, { write: (line) => failed.push(line) }));
    await expect.poll(feed.isHearing).toBe(true);
    const seen: string[] = [];
    feed.subscribe(key, ({ slots }) => seen.push(slots.map(({ status }) => status).join(" ")));
    await api.db.transaction(async (tx) => {
      await tx.update(slots).set({ status: "submitted" }).where(eq(slots.jobId, jobId));
      await tx.execute(sql`lock table slots in access exclusive mode`);
      await notifyJob(api.db, key);
      await expect.poll(() => failed.length).toBeGreaterThan(0);
    });
    await expect.poll(() => seen, { timeout: 5_000 }).toEqual(["submitted submitted"]);
    expect(feed.isHearing()).toBe(true);
    await feed.close();
    await busy.close();
  });

  it("the platform is ready only while jobs' changes are heard of", async () => {
    const api = world();
    const away = connect("postgres://nobody@127.0.0.1:1/nothing");
    const feed = startJobFeed(away, api.deps.logger);
    const at = await api.serveWith({ feed });
    expect(await api.call("GET", "/readyz", { at })).toMatchObject({
      status: 503,
      body: { error: { code: "database-unavailable", message: expect.stringContaining("feed") } },
    });
    await feed.close();
    await away.close();
    await expect.poll(async () => (await api.call("GET", "/readyz")).status).toBe(200);
  });

  it("progress reaches the requester's stream, and not a stranger's", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const end = new AbortController();
    const forRequester = (await api.client(requester)).watchJob(jobId, { signal: end.signal });
    const forStranger = (await api.client(stranger)).watchJob(jobId, { signal: end.signal });
    await Promise.all([forRequester.next(), forStranger.next()]);
    await (await api.client(firstContributor)).reportProgress(jobId, { event: "checkpoint", step: 4 });
    const seen = await forRequester.next();
    expect(seen.value).toMatchObject({ type: "progress", progress: { slot: 0, event: { step: 4 } } });
    await api.db.update(slots).set({ status: "submitted" }).where(eq(slots.jobId, jobId));
    await notifyJob(api.db, { escrow: api.escrow, jobId });
    expect((await forStranger.next()).value).toMatchObject({ type: "job" });
    end.abort();
    await Promise.all([forRequester.return(undefined), forStranger.return(undefined)]);
  });

  it("a quiet stream is kept alive, a client has a bounded number of them, and leaving makes room", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const token = await api.tokenOf(7);
    const open = async () => {
      const abort = new AbortController();
      const response = await fetch(`${api.baseUrl}/jobs/${jobId}/events`, {
        headers: { authorization: `Bearer ${token}` },
        signal: abort.signal,
      });
      return { response, abort };
    };
    const streams = await Promise.all([open(), open(), open()]);
    expect(streams.map(({ response }) => response.status)).toEqual([200, 200, 200]);
    expect((await open()).response.status).toBe(429);

    const reader = streams[0]?.response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes(": keep-alive")) text += (await reader?.read())?.value ?? "";
    expect(text).toMatch(/^event: job\n/);

    for (const { abort } of streams) abort.abort();
    const reopened = expect.poll(async () => {
      const { response, abort } = await open();
      abort.abort();
      return response.status;
    });
    await reopened.toBe(200);
  });

  it("many wallets of one place cannot hold all streams: a newcomer from elsewhere gets one of theirs", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const limits = { ...api.deps.limits, streams: { total: 3, perWallet: 1, perNetwork: 3 } };
    const platform = { ...api.deps.platform, trustProxy: true };
    const at = await api.serveWith({ limits, platform });
    const open = async (address: string, wallet?: number) => {
      const headers = {
        "x-forwarded-for": address,
        ...(wallet ? { authorization: `Bearer ${await api.tokenOf(wallet)}` } : {}),
      };
      const abort = new AbortController();
      const response = await fetch(`${at}/jobs/${jobId}/events`, { headers, signal: abort.signal });
      return { status: response.status, response, abort };
    };
    const greedy = [
      await open("2001:db8:1:1::1", requester),
      await open("2001:db8:1:1::2", stranger),
      await open("2001:db8:1:2::1", firstContributor),
    ];
    expect(greedy.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await open("2001:db8:1:9::1", 9)).status).toBe(429);
    const newcomer = await open("192.0.2.1");
    expect(newcomer.status).toBe(200);
    // The oldest of theirs ends; the text of a stream that goes on would never be whole.
    expect(await greedy[0]!.response.text()).toContain("event: job");
    for (const { abort } of [...greedy, newcomer]) abort.abort();
  });
}
