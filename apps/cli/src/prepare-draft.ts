import { fileSource } from "@trainchain/api-client/node";
import type { DraftView } from "@trainchain/protocol";
import { type KeptUploads, sendRequest } from "@trainchain/requester";
import type { Output } from "./output.ts";
import type { WalletPlatform } from "./platform.ts";
import { unfinishedUploads } from "./unfinished-uploads.ts";

/** Sends the file, asks for a job of it and waits until the draft is prepared; `preparing` says what that takes. */
export async function prepareDraft(
  { api, account }: WalletPlatform,
  file: string,
  {
    output,
    preparing,
    create,
  }: {
    output: Output;
    preparing: string;
    create: (uploadId: string) => Promise<DraftView>;
  },
): Promise<DraftView> {
  const uploads: KeptUploads = {
    ...unfinishedUploads,
    keep: (key, upload) =>
      unfinishedUploads
        .keep(key, upload)
        .catch(() => output.note("this upload could not go on if it broke off")),
  };
  let shownAt = 0;
  const { id } = await sendRequest(api, await fileSource(file), {
    ...{ wallet: account.address, uploads, create },
    onProgress({ sentBytes, sizeBytes }) {
      if (Date.now() - shownAt < 1_000 && sentBytes < sizeBytes) return;
      shownAt = Date.now();
      output.note(`uploading ${file}: ${Math.floor((100 * sentBytes) / Math.max(1, sizeBytes))} %`);
    },
  });
  output.note(`preparing: ${preparing}`);
  return api.waitForDraft(id);
}
