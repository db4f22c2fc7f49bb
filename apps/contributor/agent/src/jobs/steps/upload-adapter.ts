import { fileSource } from "@trainchain/api-client/node";
import { TrainChainError } from "@trainchain/protocol";
import type { Move, StepContext } from "../step-context.ts";
import { sealedAdapterPath } from "./seal-adapter.ts";

/** Stores the sealed adapter; an upload that broke, even by a kill, goes on where it stopped. */
export async function uploadAdapter(context: StepContext): Promise<Move> {
  try {
    return await upload(context);
  } catch (error) {
    // Of what is on chain already the platform asks for no file where it has it, or has judged.
    const isUnasked = error instanceof TrainChainError && error.code === "not-found";
    if (isUnasked && context.record().facts.onChain) return { to: "uploaded" };
    throw error;
  }
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
