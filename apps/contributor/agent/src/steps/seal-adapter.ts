import { createReadStream, createWriteStream } from "node:fs";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { type JobKind, kindOf } from "@trainchain/protocol";
import { computeCid, seal } from "@trainchain/storage";
import type { Move, StepContext } from "../step-context.ts";
import { getAssignment } from "./get-assignment.ts";

/** Where the trained file is kept as it was handed over. */
export function adapterPath(jobDir: string, kind: JobKind): string {
  return join(jobDir, kindOf(kind).trainer.deliveredAs);
}

export function sealedAdapterPath(jobDir: string): string {
  return join(jobDir, "adapter.age");
}

/**
 * Seals the adapter to the recipient that the assignment names. Sealing draws a new file key each time, so the
 * sealed file is kept: what is uploaded after a kill is what the CID was computed from.
 */
export async function sealAdapter(context: StepContext): Promise<Move> {
  const { jobDir, signal } = context;
  const { adapter, spec } = await getAssignment(context);
  const path = sealedAdapterPath(jobDir);
  const sealed = await seal(createReadStream(adapterPath(jobDir, spec.kind)), adapter.recipient);
  await pipeline(
    Readable.fromWeb(sealed as NodeStream<Uint8Array>),
    createWriteStream(`${path}.part`, { mode: 0o600 }),
    {
      signal,
    },
  );
  const file = await open(`${path}.part`, "r+");
  await file.sync().finally(() => file.close());
  await rename(`${path}.part`, path);
  return {
    to: "sealed",
    facts: { adapterCid: await computeCid(createReadStream(path)), uploadId: undefined },
  };
}
