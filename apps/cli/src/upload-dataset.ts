import { fingerprint } from "@trainchain/api-client";
import { fileSource } from "@trainchain/api-client/node";
import type { Output } from "./output.ts";
import type { WalletPlatform } from "./platform.ts";
import { findUpload, forgetUpload, keepUpload } from "./unfinished-uploads.ts";

/** Sends the file; one that broke off before goes on where the platform has it, if its bytes are the same still. */
export async function uploadDataset(
  { api, account }: WalletPlatform,
  file: string,
  output: Output,
): Promise<string> {
  const source = await fileSource(file);
  const key = { wallet: account.address, fingerprint: await fingerprint(source) };
  const resume = await findUpload(key);
  let kept: Promise<void> | undefined;
  let shownAt = 0;
  const upload = await api.createUpload(source, {
    ...(resume === undefined ? {} : { resume }),
    onProgress({ id, sentBytes, sizeBytes }) {
      kept ??= keepUpload(key, id).catch(() => output.note("this upload could not go on if it broke off"));
      if (Date.now() - shownAt < 1_000 && sentBytes < sizeBytes) return;
      shownAt = Date.now();
      output.note(`uploading ${file}: ${Math.floor((100 * sentBytes) / Math.max(1, sizeBytes))} %`);
    },
  });
  await kept;
  await forgetUpload(key);
  return upload.id;
}
