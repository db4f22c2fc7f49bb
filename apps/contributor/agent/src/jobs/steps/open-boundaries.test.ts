import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import { computeCid, createKeyRing } from "@trainchain/storage";
import { afterAll, beforeAll, expect, it } from "vitest";
import { boundaryPath } from "../../trainer/boundaries.ts";
import type { JobFacts } from "../job-record.ts";
import type { StepContext } from "../step-context.ts";
import { openBoundaries } from "./open-boundaries.ts";

let platform: Server;
let jobDir: string;
/** Uploads that were begun, by their ids, and what came of each. */
const begun = new Map<string, Buffer[]>();
/** The contributor's process ends while this upload's second piece is on its way. */
let killAt: AbortController | undefined;
const recipient = await createKeyRing(new Uint8Array(32).fill(7)).recipientFor("state");
const stored = (id: string) => ({ sizeBytes: sent(id).length, finished: true });
const sent = (id: string) => Buffer.concat(begun.get(id) ?? []);

beforeAll(async () => {
  jobDir = await mkdtemp(join(tmpdir(), "trainchain-open-"));
  await mkdir(dirname(boundaryPath(jobDir, 0)));
  for (const boundary of [0, 1]) await writeFile(boundaryPath(jobDir, boundary), Buffer.alloc(20_000_000));
  platform = createServer(async (request, response) => {
    const id = request.url?.split("/").at(-1) ?? "";
    const offset = () => ({ "upload-offset": String(sent(id).length) });
    const answer = (body: object) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (id === "replay") answer({ asked });
    else if (request.method === "POST") {
      begun.set(`u${begun.size}`, []);
      response.writeHead(201, { location: `/uploads/u${begun.size - 1}` }).end();
    } else if (request.method === "HEAD") response.writeHead(200, offset()).end();
    else if (request.method === "GET")
      answer({ id, purpose: "boundary", ...stored(id), cid: await computeCid(sent(id)) });
    else {
      if (killAt && sent(id).length > 0) return killAt.abort();
      for await (const piece of request) begun.get(id)?.push(piece);
      response.writeHead(204, offset()).end();
    }
  });
  await new Promise<void>((resolve) => platform.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  platform?.closeAllConnections();
  platform?.close();
  await rm(jobDir, { recursive: true, force: true });
});

const asked = {
  ...{ segments: 1, drawn: [0], openBy: new Date().toISOString(), maxBytes: 30_000_000 },
  boundaries: [0, 1].map((boundary) => ({ boundary, recipient, isHere: false })),
};

it("the hand-over of a state that a kill broke goes on where it stopped, and nothing is begun twice", async () => {
  let facts: JobFacts = {};
  const { port } = platform.address() as AddressInfo;
  const open = (signal: AbortSignal) => {
    const note = (more: JobFacts) => {
      facts = { ...facts, ...more };
    };
    return openBoundaries({
      ...{ api: createApiClient({ baseUrl: `http://127.0.0.1:${port}` }), jobDir, signal },
      ...{ record: () => ({ jobId: "1", facts }), note, tell: note, log() {} },
    } as unknown as StepContext);
  };
  killAt = new AbortController();
  await expect(open(killAt.signal)).rejects.toThrow();
  const before = sent("u0").length;
  expect(before).toBeGreaterThan(0);
  killAt = undefined;
  await open(new AbortController().signal);
  expect([...begun.keys()]).toEqual(["u0", "u1"]);
  expect(facts).toMatchObject({ stateUpload: undefined, replay: { asked: 2, sent: 2 } });
});
