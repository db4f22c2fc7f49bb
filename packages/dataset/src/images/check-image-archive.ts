import { type ImageArchiveReport, type ScanOptions, scanImageArchive } from "./scan-image-archive.ts";

/** Checks an image archive as browser, CLI and worker do, and says what is in it. */
export async function checkImageArchive(
  archive: Blob,
  options: ScanOptions = {},
): Promise<ImageArchiveReport> {
  const { report, close } = await scanImageArchive(archive, options);
  await close();
  return report;
}
