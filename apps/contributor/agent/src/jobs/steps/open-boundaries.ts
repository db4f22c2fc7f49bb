import { createReadStream, existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileSource } from "@trainchain/api-client/node";
import { formatBytes, TrainChainError } from "@trainchain/protocol";
import { leafOfFile, pathOf } from "@trainchain/protocol/node";
import { computeCid } from "@trainchain/storage";
import { boundaryPath } from "../../trainer/boundaries.ts";
import { sealFile } from "../seal-file.ts";
import type { StepContext } from "../step-context.ts";

/**
 * Hands over, sealed, the states of the training that the platform asks for and does not have yet, each with the hashes
 * that show it to be the one that was committed to. May be called at any time.
 */
export async function openBoundaries(context: StepContext): Promise<void> {
  const { api, record, tell, jobDir } = context;
  const { jobId } = record();
  const asked = await api.getReplay(jobId).catch(notAsked);
  if (!asked || asked.boundaries.length === 0) return;
  const { segments, drawn, boundaries } = asked;
  const missing = boundaries.filter(({ isHere }) => !isHere);
  const told = (left: number) => {
    const sent = boundaries.length - left;
    if (record().facts.replay?.sent !== sent)
      tell({ replay: { drawn: drawn.length, segments, asked: boundaries.length, sent } });
  };
  told(missing.length);
  if (missing.length === 0) return;
  const leaves = await leavesOf(jobDir, segments);
  for (const [index, { boundary, recipient }] of missing.entries()) {
    await sendOne(context, { boundary, recipient, path: pathOf(leaves, boundary) });
    told(missing.length - index - 1);
  }
}

/** A platform of before there was anything to ask for does not know the question. */
function notAsked(error: unknown): null {
  if (error instanceof TrainChainError && error.code === "not-found") return null;
  throw error;
}

async function leavesOf(jobDir: string, segments: number): Promise<string[]> {
  const leaves: string[] = [];
  try {
    for (let boundary = 0; boundary <= segments; boundary++)
      leaves.push(await leafOfFile(boundaryPath(jobDir, boundary)));
  } catch (cause) {
    throw new TrainChainError(
      "environment-broken",
      "the platform asks for states of the training that are no longer on this machine",
      {
        fix: `Put the folder boundaries back into ${jobDir}; without it the delivery will be refused.`,
        cause,
      },
    );
  }
  return leaves;
}

/** Sends one, going on with an upload that broke: sealed anew it would be another file, and the begun one lie there. */
async function sendOne(
  { api, record, note, jobDir, signal, log }: StepContext,
  { boundary, recipient, path }: { boundary: number; recipient: string; path: string[] },
): Promise<void> {
  const { jobId, facts } = record();
  const file = join(jobDir, "boundary.age");
  const begun = facts.stateUpload;
  const goesOn = begun?.boundary === boundary && begun.recipient === recipient && existsSync(file);
  if (!goesOn) {
    note({ stateUpload: undefined });
    await sealFile(boundaryPath(jobDir, boundary), { recipient, path: file, signal });
  }
  const source = await fileSource(file);
  const cid = await api.uploadBoundary(jobId, source, {
    boundary: { number: boundary, path },
    ...(goesOn ? { resume: begun.id } : {}),
    onProgress: ({ id }) => {
      if (record().facts.stateUpload?.id !== id) note({ stateUpload: { boundary, recipient, id } });
    },
    signal,
  });
  note({ stateUpload: undefined });
  const sent = await computeCid(createReadStream(file));
  await rm(file, { force: true });
  if (cid !== sent)
    throw new TrainChainError(
      "storage-unavailable",
      `state ${boundary} of the training was stored as ${cid}`,
      { fix: "It is sent again by itself." },
    );
  log(`handed over state ${boundary} of the training, sealed (${formatBytes(source.sizeBytes)})`);
}
