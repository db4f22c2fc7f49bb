import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type JobKind, kindOf, TrainChainError, takeTurns, toTrainChainError } from "@trainchain/protocol";
import { z } from "zod";

/** What the trainer of one job may have done for it; each call is for that job and no other. */
export interface GatewayJob {
  jobId: string;
  kind: JobKind;
  wallet: string;
  shardCid: string;
  shardBytes: number;
  /** The shard in plain; the stream fails when its bytes are not the assigned ones. */
  openShard(): Promise<Readable>;
  /** Takes the trained adapter or model, seals and stores it; resolves with the CID of the sealed bytes. */
  storeAdapter(body: Readable): Promise<string>;
  /** Signs and submits the stored adapter. */
  submitAdapter(adapterCid: string): Promise<void>;
}

export interface Gateway {
  /** What the trainer is given as its API: address and path token. */
  url: string;
  /** Takes no more requests; resolves when those under way have ended. */
  close(): Promise<void>;
}

/** What a trainer hands in; the kind's own name for the CID must be there. */
const submissionSchema = z.object({
  jobId: z.string(),
  contributorWallet: z.string(),
  adapterCid: z.string().optional(),
  modelCid: z.string().optional(),
});
const maxSubmissionBytes = 4_096;

/**
 * The trainer's only door to the world, on the loopback interface. Keys stay on this side of it. A random port and a
 * random path token, new at each launch, keep out other programs of this machine; the Host check keeps out web pages
 * that have their name resolved to 127.0.0.1.
 */
export async function startGateway(job: GatewayJob): Promise<Gateway> {
  const { submission, shardType } = kindOf(job.kind).trainer;
  const token = randomBytes(32).toString("base64url");
  const pending = new Set<Promise<void>>();
  const oneAtATime = takeTurns();
  const server = createServer((request, response) => {
    const handled = answer(request, response)
      .catch((error: unknown) => refuse(response, toTrainChainError(error)))
      .finally(() => pending.delete(handled));
    pending.add(handled);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the system gave no port");
  const host = `127.0.0.1:${address.port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = routeOf(request, host, token);
    if (route === `GET /ipfs/${job.shardCid}`) {
      const shard = await job.openShard();
      response.writeHead(200, { "content-type": shardType, "content-length": job.shardBytes });
      // A failing shard breaks the connection before its last byte: the trainer never takes it for whole.
      await pipeline(shard, response).catch(() => response.destroy());
    } else if (route === "POST /ipfs") {
      assertBytes(request);
      const cid = await oneAtATime(() => job.storeAdapter(request));
      sendJson(response, 200, { cid });
    } else if (route === `POST ${submission.path}`) {
      const body = submissionSchema.safeParse(await readJson(request));
      const cid = body.data?.[submission.cidAs];
      const isOurs =
        body.success &&
        cid !== undefined &&
        body.data.jobId === job.jobId &&
        body.data.contributorWallet.toLowerCase() === job.wallet.toLowerCase();
      if (!isOurs)
        throw new TrainChainError("invalid-input", "this gateway submits for its own job and wallet only");
      await oneAtATime(() => job.submitAdapter(cid));
      sendJson(response, 202, { status: "relaying" });
    } else throw new TrainChainError("not-found", "this gateway has nothing at that address");
  }

  return {
    url: `http://${host}/${token}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.allSettled(pending);
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Method and path behind the token; a path that names nothing where host or token are wrong. */
function routeOf(request: IncomingMessage, host: string, token: string): string {
  const [, given = "", ...rest] = (request.url ?? "").split("/");
  const fits =
    request.headers.host === host &&
    given.length === token.length &&
    timingSafeEqual(Buffer.from(given), Buffer.from(token));
  return fits ? `${request.method} /${rest.join("/")}` : "";
}

function assertBytes(request: IncomingMessage): void {
  if (request.headers["content-type"] === "application/octet-stream") return;
  throw new TrainChainError("unsupported-media", "only the bytes of the trained file are taken", {
    fix: "Send them as application/octet-stream.",
  });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) {
    text += piece;
    if (text.length > maxSubmissionBytes)
      throw new TrainChainError("too-large", "the submission is too long");
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** A busy platform's wish is handed on to the trainer. */
function refuse(response: ServerResponse, { status, code, message, fix, facts }: TrainChainError): void {
  if (response.headersSent) return void response.destroy();
  if (typeof facts.retryAfterMs === "number")
    response.setHeader("retry-after", Math.ceil(facts.retryAfterMs / 1_000));
  sendJson(response, status, { error: { code, message, fix: fix ?? null, requestId: "gateway" } });
}
