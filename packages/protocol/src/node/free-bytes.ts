import { statfs } from "node:fs/promises";

/** Bytes that whoever asks may still write to the disk that a folder lies on. */
export async function freeBytesOf(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

/** Bytes of the disk that a folder lies on, whoever fills it. */
export async function diskBytesOf(dir: string): Promise<number> {
  const { blocks, bsize } = await statfs(dir);
  return blocks * bsize;
}
