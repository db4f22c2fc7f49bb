import type { UploadPurpose } from "@trainchain/protocol";
import type { Executor } from "../connect.ts";
import { uploads } from "../schema/index.ts";

export async function createUpload(
  db: Executor,
  {
    of,
    ...upload
  }: {
    id: string;
    owner: string;
    purpose: UploadPurpose;
    fileName: string;
    sizeBytes: number;
    network: string;
    createdAt: Date;
    /** Of a boundary alone. */
    of?: { escrow: string; jobId: bigint; boundary: number; path: string[] } | undefined;
  },
): Promise<void> {
  await db.insert(uploads).values({ ...upload, ...of });
}
