import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { TrainChainError } from "@trainchain/protocol";
import type { Move, StepContext } from "../step-context.ts";
import { uploadByTus } from "../upload-by-tus.ts";
import { waitUntil } from "../wait-until.ts";
import { sealedAdapterPath } from "./seal-adapter.ts";

/** Stores the sealed adapter; an upload that broke, even by a kill, goes on where it stopped. */
export async function uploadAdapter(context: StepContext): Promise<Move> {
  const { api, record, jobDir, signal, log } = context;
  const { jobId, facts } = record();
  const path = sealedAdapterPath(jobDir);
  const { size } = await stat(path);
  const target = await api.getAdapterUpload(jobId, signal);
  if (size > target.maxBytes)
    throw new TrainChainError(
      "too-large",
      `the sealed adapter has ${size} bytes; ${target.maxBytes} are allowed`,
      {
        fix: "Report this: the job's own terms cannot produce such an adapter.",
      },
    );
  if (target.method === "POST") await postForm(target.url, target.field, await openAsBlob(path), signal);
  else {
    const endpoint = new URL(target.url, api.url).href;
    const uploadUrl = await uploadByTus({
      endpoint,
      uploadUrl: facts.uploadUrl,
      path,
      sizeBytes: size,
      metadata: { filename: "adapter.age", purpose: "adapter", jobId },
      headers: await api.authorization(),
      onUrl: (url) => context.note({ uploadUrl: url }),
      signal,
    });
    await assertStored(context, uploadUrl);
  }
  log(`stored the sealed adapter as ${facts.adapterCid} (${size} bytes)`);
  return { to: "uploaded" };
}

/** The platform stores the bytes once the last one has arrived; what it stored must be what was sealed here. */
async function assertStored(
  { api, record, patience, signal }: StepContext,
  uploadUrl: string,
): Promise<void> {
  const id = new URL(uploadUrl).pathname.split("/").at(-1) ?? "";
  const cid = await waitUntil(
    async () => (await api.getUpload(id, signal)).cid ?? undefined,
    patience.pollMs,
    signal,
  );
  const expected = record().facts.adapterCid;
  if (cid === expected) return;
  throw new TrainChainError(
    "storage-unavailable",
    `the adapter was stored as ${cid} instead of ${expected}`,
    {
      fix: "It is uploaded again by itself.",
    },
  );
}

async function postForm(url: string, field: string, file: Blob, signal: AbortSignal): Promise<void> {
  const form = new FormData();
  form.set(field, file, "adapter.age");
  const response = await fetch(url, { method: "POST", body: form, signal });
  if (response.ok) return;
  throw new TrainChainError("storage-unavailable", `the store answered the upload with ${response.status}`, {
    fix: "It is tried again by itself.",
  });
}
