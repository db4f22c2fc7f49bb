import { BlobReader } from "@zip.js/zip.js";

/** Of an archive's list of files, which is read whole: room for more entries than may be. */
const listBytes = 128 * 1024 ** 2;

/** No single read of an archive needs more memory than its list of files may take, whatever it says of itself. */
export class BoundedReader extends BlobReader {
  override async readUint8Array(offset: number, length: number): Promise<Uint8Array> {
    if (length > listBytes) throw new Error("its list of files is longer than any archive's");
    return super.readUint8Array(offset, length);
  }
}
