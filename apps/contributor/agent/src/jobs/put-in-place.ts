import { open, rename } from "node:fs/promises";

/** Gives a file its own name once its bytes are on the disk: a power cut leaves it whole, or under the other name. */
export async function putInPlace(partial: string, path: string): Promise<void> {
  const file = await open(partial, "r+");
  await file.sync().finally(() => file.close());
  await rename(partial, path);
}
