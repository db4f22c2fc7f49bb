import { openAsBlob } from "node:fs";
import { mkdtemp, open, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CarWriter } from "@ipld/car";
import { CID } from "multiformats/cid";
import { piecesOf } from "./byte-stream.ts";
import { importBlocks } from "./cid.ts";
import { assertSize, type ByteSource, type PutOptions, type StoredContent } from "./storage.ts";

/** Content as a CAR file: its blocks and their root, so that a store cannot choose another CID for it. */
export interface CarFile extends StoredContent {
  /** The CAR's bytes, read from disk as they are sent; may be read again for another try. */
  car: Blob;
}

/** Holds the place of the root in the header until it is known; every CID of the profile is as long as this one. */
const placeholder = CID.parse("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");

const folderPrefix = "trainchain-car-";

/** Removes the temporary folders of puts that were killed before `before`. */
export async function removeCarLeftovers(before: Date): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name);
    if (!name.startsWith(folderPrefix)) continue;
    const written = await stat(join(folder, "content.car")).catch(() => stat(folder).catch(() => undefined));
    if (written && written.mtime < before) await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the content as a CAR into a temporary file and hands it to `use`; the file is gone afterwards. */
export async function withCarFile<T>(
  bytes: ByteSource,
  options: PutOptions,
  use: (content: CarFile) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), folderPrefix));
  const path = join(folder, "content.car");
  try {
    const content = await writeCar(path, bytes, options);
    return await use({ ...content, car: await openAsBlob(path, { type: "application/vnd.ipld.car" }) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeCar(path: string, bytes: ByteSource, options: PutOptions): Promise<StoredContent> {
  const { writer, out } = CarWriter.create(placeholder);
  const file = await open(path, "wx+");
  let sizeBytes = 0;
  async function* counted() {
    for await (const piece of piecesOf(bytes)) {
      sizeBytes += piece.length;
      assertSize(options, sizeBytes, "so far");
      yield piece;
    }
    assertSize(options, sizeBytes, "in all");
  }
  const build = async () => {
    const root = await importBlocks(counted(), (cid, block) => writer.put({ cid, bytes: block }));
    await writer.close();
    return root;
  };
  const save = async () => {
    for await (const piece of out) await file.writeFile(piece);
  };
  try {
    const [root] = await Promise.all([build(), save()]);
    await CarWriter.updateRootsInFile(file, [root]);
    return { cid: root.toString(), sizeBytes };
  } finally {
    await file.close();
  }
}
