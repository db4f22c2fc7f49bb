import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import {
  acceptanceHandOverSchema,
  jobActionSchema,
  preflightRequestSchema,
  TrainChainError,
  transactionHandOverSchema,
} from "@trainchain/protocol";
import { Hono } from "hono";
import { z } from "zod";
import { acceptanceEnd, isTakenByPlatform } from "../../../jobs/relay-acceptance.ts";
import { listOffers } from "../../../platform/job-offers.ts";
import type { ContributorApp } from "../../create-app.ts";
import { readPoints, trainerLog } from "../../training-points.ts";
import { readBody } from "../read-body.ts";

const tailBytes = 64 * 1024;

/** Offers, preflights, and what this wallet is working on. */
export function jobRoutes(app: ContributorApp) {
  return new Hono()
    .get("/offers", async (c) => {
      const agent = app.assertAgent();
      const { api, wallet, escrow, permits } = agent;
      const { mostBondPercent } = app.state().settings;
      const { fundingUrl = null } = app.state().platform.config ?? {};
      const [gasPriceWei, balanceWei, fitOf, isRelayed] = await Promise.all([
        escrow.getGasPriceWei(),
        escrow.getBalanceWei(),
        app.seeFit(),
        isTakenByPlatform(agent, 0n),
      ]);
      const relayedUntil = isRelayed ? await acceptanceEnd(escrow) : null;
      const costs = { gasPriceWei, balanceWei, fundingUrl, mostBondPercent, relayedUntil };
      const context = { wallet, ...costs, permits, fitOf };
      return c.json(await listOffers(api, context));
    })
    .post("/permits", async (c) => {
      await app.assertAgent().permits.keep(await readBody(c, z.unknown()));
      return c.body(null, 204);
    })
    .post("/jobs/:jobId{[0-9]{1,20}}/preflight", async (c) => {
      const { measureAgain } = await readBody(c, preflightRequestSchema);
      app.startPreflight(c.req.param("jobId"), measureAgain);
      return c.body(null, 202);
    })
    .post("/jobs/:jobId{[0-9]{1,20}}/take", async (c) => {
      const { transaction } = await readBody(c, transactionHandOverSchema);
      return c.json(await app.assertAgent().take(c.req.param("jobId"), transaction as `0x${string}`));
    })
    .post("/jobs/:jobId{[0-9]{1,20}}/take-by-signature", async (c) => {
      const signed = await readBody(c, acceptanceHandOverSchema);
      return c.json(await app.assertAgent().takeBySignature(c.req.param("jobId"), signed));
    })
    .post("/jobs/:jobId{[0-9]{1,20}}/act", async (c) => {
      const { action } = await readBody(c, jobActionSchema);
      const agent = app.assertAgent();
      const jobId = c.req.param("jobId");
      if (!agent.jobs().some((job) => job.jobId === jobId))
        throw new TrainChainError("not-found", `this wallet does not work on job ${jobId}`);
      if (action === "pause") agent.pause(jobId);
      else if (action === "next") agent.moveToFront(jobId);
      else if (action === "give-up") await agent.giveUp(jobId);
      else agent.resume(jobId);
      return c.body(null, 204);
    })
    .get("/jobs/:jobId{[0-9]{1,20}}/points", async (c) => {
      return c.json({ items: await readPoints(app.assertAgent().jobDir(c.req.param("jobId"))) });
    })
    .get("/jobs/:jobId{[0-9]{1,20}}/moves", (c) => {
      return c.json({ items: app.assertAgent().moves(c.req.param("jobId")) });
    })
    .get("/jobs/:jobId{[0-9]{1,20}}/log", async (c) => {
      const jobId = c.req.param("jobId");
      const path = trainerLog(app.assertAgent().jobDir(jobId));
      if (c.req.query("whole") === undefined) return c.text(await readTail(path));
      const { size } = await stat(path).catch(() => ({ size: 0 }));
      c.header("content-type", "text/plain; charset=utf-8");
      c.header("content-disposition", `attachment; filename="job-${jobId}.log"`);
      if (size === 0) return c.body("");
      // What is written after this moment is not part of the answer.
      const bytes = Readable.toWeb(createReadStream(path, { end: size - 1 })) as NodeStream<Uint8Array>;
      return c.body(bytes as ReadableStream<Uint8Array>);
    })
    .post("/transactions/confirm", async (c) => {
      const { transaction } = await readBody(c, transactionHandOverSchema);
      await app.assertAgent().escrow.confirm(transaction as `0x${string}`);
      return c.body(null, 204);
    });
}

/** The last whole lines of a file; empty where there is none. */
async function readTail(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return "";
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const text = buffer.subarray(0, bytesRead).toString("utf8");
    return start === 0 ? text : text.slice(text.indexOf("\n") + 1);
  } finally {
    await file.close();
  }
}
