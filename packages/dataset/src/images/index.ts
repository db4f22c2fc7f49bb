export { type ArchiveProblem, type ArchiveProblemKind, placeOfArchiveProblem } from "./archive-problems.ts";
export { checkImageArchive } from "./check-image-archive.ts";
export { archiveLimits } from "./read-archive.ts";
export type { ClassCounts, ImageArchiveReport } from "./scan-image-archive.ts";
