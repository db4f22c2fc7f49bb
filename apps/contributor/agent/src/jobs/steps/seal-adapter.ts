import { createReadStream } from "node:fs";
import { join } from "node:path";
import { type JobKind, kindOf } from "@trainchain/protocol";
import { computeCid } from "@trainchain/storage";
import { putInPlace } from "../put-in-place.ts";
import { sealFile } from "../seal-file.ts";
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
 * Seals the adapter to the recipient that the assignment named. Sealing draws a new file key each time, so the
 * sealed file is kept: what is uploaded after a kill is what the CID was computed from.
 */
export async function sealAdapter(context: StepContext): Promise<Move> {
  const { jobDir, signal } = context;
  const { recipient, kind } = await recipientOf(context);
  const path = sealedAdapterPath(jobDir);
  await sealFile(adapterPath(jobDir, kind), { recipient, path: `${path}.part`, signal });
  await putInPlace(`${path}.part`, path);
  return {
    to: "sealed",
    facts: { adapterCid: await computeCid(createReadStream(path)), uploadId: undefined },
  };
}

/** As the assignment said; work that was begun before that was written down asks again. */
async function recipientOf(context: StepContext): Promise<{ recipient: string; kind: JobKind }> {
  const { recipient, kind } = context.record().facts;
  if (recipient && kind) return { recipient, kind };
  const { adapter, spec } = await getAssignment(context);
  return { recipient: adapter.recipient, kind: spec.kind };
}
