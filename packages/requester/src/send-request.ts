import { type ApiClient, fingerprint, type UploadOptions, type UploadSource } from "@trainchain/api-client";
import { type DraftView, TrainChainError } from "@trainchain/protocol";

/** What tells one upload from another: the same wallet sending the same bytes again means the same upload. */
export interface UploadKey {
  wallet: string;
  fingerprint: string;
}

/** Where uploads are remembered that no request was made of yet, so that a later try goes on with them. */
export interface KeptUploads {
  /** The upload's id, where one is remembered. */
  find(key: UploadKey): Promise<string | undefined>;
  keep(key: UploadKey, upload: { id: string; fileName: string }): Promise<void>;
  forget(key: UploadKey): Promise<void>;
}

/**
 * Uploads data, going on where an earlier try broke off, and asks for a job of it. Resolves with the draft, which the
 * platform then prepares (`api.waitForDraft`). An upload is forgotten once it has its draft: what the platform refuses
 * to make of it can be asked for in other words without sending it again.
 */
export async function sendRequest(
  api: Pick<ApiClient, "createUpload">,
  source: UploadSource,
  {
    create,
    wallet,
    uploads,
    onProgress,
  }: {
    create: (uploadId: string) => Promise<DraftView>;
    wallet: string;
    /** None where nothing can be remembered: then every try begins anew. */
    uploads?: KeptUploads | undefined;
    onProgress?: UploadOptions["onProgress"];
  },
): Promise<DraftView> {
  const key = uploads && { wallet, fingerprint: await fingerprint(source) };
  const resume = key && (await uploads.find(key));
  let keeping: Promise<void> | undefined;
  const upload = await api.createUpload(source, {
    ...(resume === undefined ? {} : { resume }),
    onProgress(progress) {
      // One that cannot be remembered cannot go on later, and is sent all the same.
      if (key)
        keeping ??= uploads.keep(key, { id: progress.id, fileName: source.name }).catch(() => undefined);
      onProgress?.(progress);
    },
  });
  const draft = await create(upload.id).catch(async (error: unknown) => {
    // Another request has it already, as when an answer was lost: a later try must not go on with it.
    if (key && error instanceof TrainChainError && error.code === "conflict") await uploads.forget(key);
    throw error;
  });
  await keeping;
  if (key) await uploads.forget(key);
  return draft;
}
