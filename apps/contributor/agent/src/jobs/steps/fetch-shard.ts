import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { retryAfterMs } from "@trainchain/api-client";
import { TrainChainError } from "@trainchain/protocol";
import { computeCid } from "@trainchain/storage";
import type { Move, StepContext } from "../step-context.ts";
import { getAssignment } from "./get-assignment.ts";

export function sealedShardPath(jobDir: string): string {
  return join(jobDir, "shard.age");
}

export function sealedStartPath(jobDir: string): string {
  return join(jobDir, "start.age");
}

/**
 * Brings the slot's shard here, and in a later round what training starts from, still sealed: a broken download goes
 * on where it stopped.
 */
export async function fetchShard(context: StepContext): Promise<Move> {
  const { jobDir } = context;
  const assignment = await getAssignment(context);
  const { slot, spec, adapter } = assignment;
  const { identity: _, ...shard } = assignment.shard;
  await mkdir(jobDir, { recursive: true, mode: 0o700 });
  await bring(context, shard.cid, sealedShardPath(jobDir));
  if (assignment.start) await bring(context, assignment.start.cid, sealedStartPath(jobDir));
  return {
    to: "assigned",
    facts: {
      ...{ shard, slot, kind: spec.kind, title: spec.title, model: spec.model.id },
      recipient: adapter.recipient,
    },
  };
}

async function bring(context: StepContext, cid: string, path: string): Promise<void> {
  if (!(await holds(path, cid))) await download(context, cid, path);
}

async function download({ apiUrl, signal, hinder }: StepContext, cid: string, path: string): Promise<void> {
  const partial = `${path}.part`;
  const present = await sizeOf(partial);
  const response = await request(`${apiUrl}/ipfs/${cid}`, present, signal);
  const flags = response.status === 206 ? "a" : "w";
  hinder();
  const body = Readable.fromWeb(response.body as NodeStream<Uint8Array>);
  await pipeline(body, createWriteStream(partial, { flags, mode: 0o600 }), { signal });
  if (await holds(partial, cid)) return rename(partial, path);
  await rm(partial);
  throw new TrainChainError("storage-unavailable", `a sealed file arrived with other bytes than ${cid}`, {
    fix: "It is fetched again by itself.",
    facts: { cid },
  });
}

async function holds(path: string, cid: string): Promise<boolean> {
  if ((await sizeOf(path)) === 0) return false;
  return (await computeCid(createReadStream(path))) === cid;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Public bytes: what is asked for is a CID, what comes is checked against it, so no login is sent along. */
async function request(url: string, offsetBytes: number, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = offsetBytes > 0 ? { range: `bytes=${offsetBytes}-` } : {};
  const response = await fetch(url, { headers, signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new TrainChainError("storage-unavailable", `${url} cannot be reached`, {
      fix: "Check this machine's network.",
      cause,
    });
  });
  if (response.ok && response.body) return response;
  await response.body?.cancel();
  throw new TrainChainError("storage-unavailable", `${url} was answered with ${response.status}`, {
    facts: { retryAfterMs: retryAfterMs(response) },
  });
}
