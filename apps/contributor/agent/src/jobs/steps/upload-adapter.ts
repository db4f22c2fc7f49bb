import { fileSource } from "@trainchain/api-client/node";
import { TrainChainError } from "@trainchain/protocol";
import { computeCid } from "@trainchain/storage";
import type { Move, StepContext } from "../step-context.ts";
import { sealedAdapterPath } from "./seal-adapter.ts";

/** Stores the sealed adapter; an upload that broke, even by a kill, goes on where it stopped. */
export async function uploadAdapter(context: StepContext): Promise<Move> {
  try {
    return await upload(context);
  } catch (error) {
    if (!(error instanceof TrainChainError) || error.code !== "not-found") throw error;
    if (await isNeededNoMore(context)) return { to: "submitted" };
    // It follows the chain anew, say, and does not know the slot yet: what is not sent is refused as absent.
    const waiting = new TrainChainError("not-ready", "the platform does not await the delivery's file yet", {
      fix: "It is sent as soon as the platform takes it.",
      cause: error,
    });
    context.hinder(waiting);
    throw waiting;
  }
}

/** Whether something shows that nobody waits for the file: the chain, its verdict, or that the platform has it. */
async function isNeededNoMore({ api, escrow, record, signal }: StepContext): Promise<boolean> {
  const { jobId, facts } = record();
  const { status } = await escrow.getSlot(jobId);
  if (status === "accepted") return false;
  if (status !== "submitted" || (await escrow.getJob(jobId)).status !== "open") return true;
  const items = await api.getVerification(jobId).catch(() => []);
  if (items.some(({ yours }) => yours)) return true;
  const stored = await api
    .getContent(facts.adapterCid ?? "", { signal })
    .then(computeCid)
    .catch(() => undefined);
  signal.throwIfAborted();
  return stored !== undefined && stored === facts.adapterCid;
}

async function upload(context: StepContext): Promise<Move> {
  const { api, record, note, hinder, jobDir, signal, log } = context;
  const { jobId, facts } = record();
  const source = await fileSource(sealedAdapterPath(jobDir));
  const cid = await api.uploadAdapter(jobId, source, {
    ...(facts.uploadId === undefined ? {} : { resume: facts.uploadId }),
    onProgress: ({ id }) => {
      hinder();
      if (record().facts.uploadId !== id) note({ uploadId: id });
    },
    // Whoever leads the job tries again, and says why; here it would be silent.
    retries: 0,
    signal,
  });
  if (cid !== facts.adapterCid) {
    note({ uploadId: undefined });
    throw new TrainChainError(
      "storage-unavailable",
      `the adapter was stored as ${cid}, not ${facts.adapterCid}`,
      {
        fix: "It is uploaded again by itself.",
      },
    );
  }
  log(`stored the sealed adapter as ${cid} (${source.sizeBytes} bytes)`);
  return { to: "uploaded" };
}
