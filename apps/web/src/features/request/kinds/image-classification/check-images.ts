import { checkImageArchive, type ImageArchiveReport } from "@trainchain/dataset/images";

/** What a check of an archive found. */
export interface ImagesCheck {
  kind: "image-classification";
  report: ImageArchiveReport;
}

export async function checkImages(file: File, onProgress: (share: number) => void): Promise<ImagesCheck> {
  return { kind: "image-classification", report: await checkImageArchive(file, { onProgress }) };
}
