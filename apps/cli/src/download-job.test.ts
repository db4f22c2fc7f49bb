import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import { type JobView, jobKinds, type SlotView } from "@trainchain/protocol";
import { createTar } from "nanotar";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeMissing, downloadJob } from "./download-job.ts";
import { adapterReceipt } from "./receipt/testing/adapter-receipt.ts";

const wallet = `0x${"1".repeat(40)}`;
const slots = (["submitted", "released", "submitted", "submitted", "reinstated"] as const).map(
  (status, slot): SlotView => ({
    ...{ slot, status, contributor: "0x1111…1111", yours: false },
    ...{ deadline: null, completionRate: null, requesters: 0, paidAtLeastWei: "0", progress: null },
  }),
);
const job: JobView = {
  ...{ jobId: "7", escrow: wallet, kind: jobKinds[0], status: "settled", requester: wallet, own: true },
  ...{ spec: null, specCid: null, finishesEarly: false, slots, asks: [], needs: null, resultCid: null },
  terms: {
    ...{ minContributors: 1, maxContributors: 5, acceptBy: null, trainingPeriodSeconds: 1 },
    ...{ reviewPeriodSeconds: 1, bondWei: "0", aggregator: wallet },
  },
  ...{ stakeWei: "5", shareWei: "1", feeWei: "0" },
  ...{ createdAt: new Date().toISOString(), closedAt: null, nextStep: { text: "", until: null } },
};

/** What job 8 came to. */
const answers: Record<string, string | Uint8Array> = {
  "/jobs/8": JSON.stringify({ ...job, jobId: "8", status: "completed", resultCid: "bafy" }),
  "/jobs/8/receipt": JSON.stringify(adapterReceipt("d".repeat(64))),
  "/jobs/8/result": createTar([{ name: "model/card.md", data: "# A model" }]),
};

let folder: string;
/** Slot 0 was sealed to another key; slot 2 breaks off; the others are whole. */
const server = createServer((request, response) => {
  const answer = answers[request.url ?? ""];
  if (answer !== undefined) return response.end(answer);
  const slot = /adapters\/(\d)$/.exec(request.url ?? "")?.[1];
  if (slot === undefined) return response.end(JSON.stringify(job));
  if (slot === "0") {
    const error = { code: "sealing-failed", message: "it does not open", fix: null, requestId: "1" };
    return response.writeHead(422).end(JSON.stringify({ error }));
  }
  if (slot !== "2") return response.end(`delivery ${slot}`);
  response.writeHead(200, { "content-length": "1000" });
  response.write("half");
  return setTimeout(() => request.socket.destroy(), 20);
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-download-"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const openApi = () =>
  createApiClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });

it("a result may be put into a folder that is named from here", async () => {
  const named = relative(process.cwd(), join(folder, "named"));
  const { files } = await downloadJob(openApi(), "8", named, { adapters: false });
  expect(files).toEqual(["model/card.md", "receipt.json"]);
  expect(await readFile(join(folder, "named/model/card.md"), "utf8")).toBe("# A model");
});

it("a delivery that cannot be had keeps no other from being fetched, and is named", async () => {
  const { files, missing } = await downloadJob(openApi(), "7", folder, { adapters: true });
  expect(files.map((file) => file.replace(/\..*/, ""))).toEqual(["adapters/slot-3", "adapters/slot-4"]);
  for (const [at, file] of files.entries())
    expect(await readFile(join(folder, file), "utf8")).toBe(`delivery ${at + 3}`);
  expect(missing).toEqual([
    { slot: 0, code: "sealing-failed", message: "it does not open" },
    { slot: 2, code: "timeout", message: "the download broke off" },
  ]);
  expect(describeMissing(missing)[0]).toBe("✗ the delivery of slot 0 is missing: it does not open");
});
