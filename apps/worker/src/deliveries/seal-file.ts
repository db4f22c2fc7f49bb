import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { TrainChainError } from "@trainchain/protocol";
import { type KeyRing, type Storage, type StoredContent, seal, unseal } from "@trainchain/storage";

interface Sealing {
  storage: Storage;
  keys: KeyRing;
}

/** Stores a file, sealed to the key of `context`. Sealing draws randomness: a second time gives another CID. */
export async function storeSealed(
  { storage, keys }: Sealing,
  path: string,
  context: string,
): Promise<StoredContent> {
  return storage.put(await seal(createReadStream(path), await keys.recipientFor(context)), { name: context });
}

/** Fetches sealed content into a new file in the clear, piece by piece; refuses more than `maxBytes` of it. */
export async function fetchUnsealed(
  { storage, keys }: Sealing,
  { cid, context, path, maxBytes }: { cid: string; context: string; path: string; maxBytes: number },
): Promise<void> {
  const plain = await unseal(await storage.get(cid, { maxBytes }), await keys.identityFor(context));
  const file = await open(path, "wx", 0o600);
  try {
    for await (const piece of plain) await file.writeFile(piece);
  } catch (error) {
    throw error instanceof TrainChainError && error.code === "too-large"
      ? new TrainChainError("adapter-invalid", `${cid} is larger than ${maxBytes} bytes`, { cause: error })
      : error;
  } finally {
    await file.close();
  }
}

/** Stores a public JSON document as it is. */
export async function storeDocument(storage: Storage, document: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
  return (await storage.put(bytes)).cid;
}
