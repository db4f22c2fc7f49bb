import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TrainChainError } from "@trainchain/protocol";
import { z } from "zod";

const manifestSchema = z.object({
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  chainId: z.number(),
  escrow: z.string(),
  /** Migrations that the database had had: it is restored under the version that made it. */
  migrations: z.number(),
  /** Where content lay: "local" content is in the backup, other stores keep it themselves. */
  storage: z.enum(["local", "pinata", "kubo"]),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** The places in a backup's folder. */
export function placesIn(dir: string) {
  return {
    manifest: join(dir, "manifest.json"),
    database: join(dir, "database"),
    keys: join(dir, "keys.env"),
    storage: join(dir, "storage"),
    uploads: join(dir, "uploads"),
  };
}

export async function readManifest(dir: string): Promise<Manifest> {
  const text = await readFile(placesIn(dir).manifest, "utf8").catch(() => undefined);
  if (text === undefined)
    throw new TrainChainError("not-found", `${dir} holds no finished backup`, {
      fix: "Name the folder that `trainchain admin backup` filled; one that was cut off has no manifest.json.",
    });
  return manifestSchema.parse(JSON.parse(text));
}

export async function writeManifest(dir: string, manifest: Manifest): Promise<void> {
  await writeFile(placesIn(dir).manifest, `${JSON.stringify(manifest, null, 2)}\n`);
}
