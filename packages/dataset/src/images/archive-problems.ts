import { printable } from "@trainchain/protocol";

/** Everything that can be wrong with an image archive. An error refuses it; a warning is put right and counted. */
const archiveProblemTable = {
  "not-a-zip": {
    severity: "error",
    problem: "is not a zip archive that can be read",
    fix: "Pack the folders of images as a zip file, without a password and in one part.",
  },
  "too-many-files": {
    severity: "error",
    problem: "has more files than an archive may",
    fix: "Leave files out; at most 200,000 are taken.",
  },
  "too-large-unpacked": {
    severity: "error",
    problem: "is larger unpacked than an archive may be",
    fix: "Leave images out or make them smaller.",
  },
  "packed-too-tightly": {
    severity: "error",
    problem: "unpacks to more than a hundred times its size, as images do not",
    fix: "Leave the file out.",
  },
  "packed-too-tightly-in-all": {
    severity: "error",
    problem: "unpacks to more than 64 MiB and to more than twenty times its size, as images do not",
    fix: "Save the images as PNG or JPEG, and pack them again.",
  },
  "file-too-large": {
    severity: "error",
    problem: "is larger than an image may be (64 MiB)",
    fix: "Make the image smaller, or leave it out.",
  },
  "unsafe-path": {
    severity: "error",
    problem: "has a path that leaves its folder or fits no file system",
    fix: "Pack the archive again with plain relative paths.",
  },
  link: {
    severity: "error",
    problem: "is a link",
    fix: "Pack the image itself instead of a link to it.",
  },
  encrypted: { severity: "error", problem: "is encrypted", fix: "Pack the archive without a password." },
  damaged: {
    severity: "error",
    problem: "does not unpack to what the archive says of it",
    fix: "Pack the archive again.",
  },
  "no-class-folder": {
    severity: "error",
    problem: "lies in no class folder",
    fix: "Put every image into class/image, or into train/class/image, val/class/image and test/class/image.",
  },
  "bad-class-name": {
    severity: "error",
    problem: "has a class name that is not allowed",
    fix: "Name classes with at most 64 letters, digits, spaces and . _ ( ) + & ' -, beginning with a letter or digit.",
  },
  "class-names-collide": {
    severity: "error",
    problem: "has a class name that differs from another one in upper and lower case only",
    fix: "Put both folders together, or rename one of them.",
  },
  "unreadable-image": {
    severity: "error",
    problem: "is not a readable PNG, JPEG, WebP or BMP image",
    fix: "Save the image again, or leave it out.",
  },
  "too-many-pixels": {
    severity: "error",
    problem: "has more pixels than an image may (64 million)",
    fix: "Make the image smaller.",
  },
  "too-narrow": {
    severity: "error",
    problem: "is more than 50 times as long as it is wide",
    fix: "Cut the image, or leave it out.",
  },
  "in-two-classes": {
    severity: "error",
    problem: "is the same image as one of another class",
    fix: "Keep it in the class that it shows, and delete it in the other.",
  },
  "in-two-splits": {
    severity: "error",
    problem: "is the same image as one of another split",
    fix: "Keep it in one of train, val and test: what was trained on cannot measure the result.",
  },
  "empty-class": {
    severity: "error",
    problem: "is a class without an image",
    fix: "Add images, or delete the folder.",
  },
  "too-few-images": {
    severity: "error",
    problem: "is a class with too few images",
    fix: "Add images: three of a class at least, or two in train and one in test.",
  },
  "too-few-classes": {
    severity: "error",
    problem: "has fewer than two classes",
    fix: "Put the images of each class into a folder of its own.",
  },
  "too-many-classes": {
    severity: "error",
    problem: "has more than 1000 classes",
    fix: "Put classes together.",
  },
  "other-format": {
    severity: "warning",
    problem: "has the ending of another format than its content",
    fix: "Nothing to do: it is taken for what it is.",
  },
  duplicate: {
    severity: "warning",
    problem: "is the same image as an earlier one of its class",
    fix: "Nothing to do: only the first is used.",
  },
  "not-an-image": {
    severity: "warning",
    problem: "is no image by its name",
    fix: "Nothing to do: it is left out.",
  },
} as const satisfies Record<string, { severity: "error" | "warning"; problem: string; fix: string }>;

export type ArchiveProblemKind = keyof typeof archiveProblemTable;

export interface ArchiveProblem {
  kind: ArchiveProblemKind;
  severity: "error" | "warning";
  /** Path in the archive, or the class; "" where the whole archive is meant. */
  file: string;
  problem: string;
  fix: string;
}

export type ReportArchiveProblem = (kind: ArchiveProblemKind, file: string, detail?: string) => void;

const shownProblems = 20;
const shownChars = 200;

/** Keeps the first 20 errors and the first 20 warnings; counts all. */
export function createArchiveProblemLog() {
  const shown: Record<"error" | "warning", ArchiveProblem[]> = { error: [], warning: [] };
  const totals = { error: 0, warning: 0 };

  const report: ReportArchiveProblem = (kind, file, detail) => {
    const { severity, problem, fix } = archiveProblemTable[kind];
    totals[severity] += 1;
    if (shown[severity].length >= shownProblems) return;
    const what = detail === undefined ? problem : `${problem}: ${detail}`;
    shown[severity].push({
      kind,
      severity,
      file: printable(file.slice(0, shownChars)),
      problem: printable(what.slice(0, 2 * shownChars)),
      fix,
    });
  };

  return {
    report,
    errors: () => totals.error,
    warnings: () => totals.warning,
    firstProblems: () => [...shown.error, ...shown.warning].slice(0, shownProblems),
  };
}
