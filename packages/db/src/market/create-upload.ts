import type { Executor } from "../connect.ts";
import { uploads } from "../schema/index.ts";

export async function createUpload(
  db: Executor,
  upload: {
    id: string;
    owner: string;
    purpose: "dataset" | "adapter";
    fileName: string;
    sizeBytes: number;
    network: string;
    createdAt: Date;
  },
): Promise<void> {
  await db.insert(uploads).values(upload);
}
