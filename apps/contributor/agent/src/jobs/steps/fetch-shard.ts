import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { retryAfterMs } from "@trainchain/api-client";
import { type AssignmentView, TrainChainError } from "@trainchain/protocol";
import { computeCid } from "@trainchain/storage";
import { putInPlace } from "../put-in-place.ts";
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
  for (const [path, cid] of sealedFiles(context, assignment)) await bring(context, cid, path);
  return {
    to: "assigned",
    facts: {
      ...{ shard, slot, kind: spec.kind, title: spec.title, model: spec.model.id },
      recipient: adapter.recipient,
    },
  };
}

/** Whether all that was fetched is still here: a power cut may empty what was written just before. */
export async function isFetched(context: StepContext, assignment: AssignmentView): Promise<boolean> {
  for (const [path, cid] of sealedFiles(context, assignment)) if (!(await holds(path, cid))) return false;
  return true;
}

/** Where the sealed files of an assignment belong, with their CIDs. */
function sealedFiles(
  { jobDir }: StepContext,
  { shard, start }: AssignmentView,
): [path: string, cid: string][] {
  const files: [string, string][] = [[sealedShardPath(jobDir), shard.cid]];
  return start ? [...files, [sealedStartPath(jobDir), start.cid]] : files;
}

async function bring(context: StepContext, cid: string, path: string): Promise<void> {
  if (await holds(path, cid)) return;
  const partial = `${path}.part`;
  if (!(await holds(partial, cid))) await download(context, cid, partial);
  await putInPlace(partial, path);
}

async function download(
  { apiUrl, signal, hinder }: StepContext,
  cid: string,
  partial: string,
): Promise<void> {
  const response = await request(`${apiUrl}/ipfs/${cid}`, partial, signal);
  const flags = response.status === 206 ? "a" : "w";
  hinder();
  const body = Readable.fromWeb(response.body as NodeStream<Uint8Array>);
  await pipeline(body, createWriteStream(partial, { flags, mode: 0o600 }), { signal });
  if (await holds(partial, cid)) return;
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
async function request(url: string, partial: string, signal: AbortSignal): Promise<Response> {
  const offsetBytes = await sizeOf(partial);
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
  // As long as the whole file or longer, and not it: it begins anew.
  if (response.status === 416) await rm(partial, { force: true });
  throw new TrainChainError("storage-unavailable", `${url} was answered with ${response.status}`, {
    facts: { retryAfterMs: retryAfterMs(response) },
  });
}
