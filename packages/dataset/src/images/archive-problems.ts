import { printable } from "@trainchain/protocol/plain";

/** Everything that can be wrong with an image archive. An error refuses it; a warning is put right and counted. */
export const archiveProblemTable = {
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
  "no-class-in-split": {
    severity: "error",
    problem: "lies in train, val or test itself, so nothing says its class",
    fix: "Put every image into train/class/image, val/class/image or test/class/image; labels in a table are not read. Leave a test folder without classes out.",
  },
  "too-deep": {
    severity: "error",
    problem: "lies in a folder inside a class folder",
    fix: "Put the images of a class right into its folder.",
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
  "not-downloaded": {
    severity: "error",
    problem: "is not the image itself",
    fix: 'Run "git lfs pull", or download the images themselves, then pack them again.',
  },
  "foreign-image": {
    severity: "error",
    problem: "is an image of a format that is not taken",
    fix: "Convert it to PNG or JPEG, or leave it out.",
  },
  "ends-early": {
    severity: "error",
    problem: "ends before its image does, as a download that broke off",
    fix: "Copy or download the image again, or leave it out.",
  },
  "too-many-pixels": {
    severity: "error",
    problem: "has more pixels than an image may (64 million)",
    fix: "Make the image smaller.",
  },
  "too-many-pixels-in-all": {
    severity: "error",
    problem: "has more pixels in all its images than an archive may (50 billion)",
    fix: "Make the images smaller, no more than 640 pixels a side are trained on; or leave images out.",
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
  hidden: {
    severity: "warning",
    problem: "lies in a folder that a program made for itself",
    fix: "Nothing to do: it is left out.",
  },
  "inner-archive": {
    severity: "warning",
    problem: "is an archive inside the archive, which is not opened",
    fix: "Unpack it, and pack the folders of images themselves.",
  },
  "label-table": {
    severity: "warning",
    problem: "is a table, which is not read: an image's class is the folder that it lies in",
    fix: "Nothing to do where the folders are the classes; otherwise sort the images into folders by it.",
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
  /** Path in the archive, or the class; "" where the whole archive is meant. The first that was found. */
  file: string;
  /** The first that were found. */
  files: string[];
  count: number;
  problem: string;
  fix: string;
}

export type ReportArchiveProblem = (kind: ArchiveProblemKind, file: string, detail?: string) => void;

const shownProblems = 20;
const shownFiles = 5;
const shownChars = 200;

/** Counts every problem, and keeps one statement for each kind with its first files; of images not taken one a format. */
export function createArchiveProblemLog() {
  const shown = { error: new Map<string, ArchiveProblem>(), warning: new Map<string, ArchiveProblem>() };
  const totals = { error: 0, warning: 0 };

  const report: ReportArchiveProblem = (kind, file, detail) => {
    const { severity, problem, fix } = archiveProblemTable[kind];
    const name = printable(file.slice(0, shownChars));
    totals[severity] += 1;
    const key = kind === "foreign-image" ? `${kind} ${detail}` : kind;
    const known = shown[severity].get(key);
    if (known) {
      known.count += 1;
      if (known.files.length < shownFiles) known.files.push(name);
      return;
    }
    const what = detail === undefined ? problem : `${problem}: ${detail}`;
    shown[severity].set(key, {
      kind,
      severity,
      file: name,
      files: [name],
      count: 1,
      problem: printable(what.slice(0, 2 * shownChars)),
      fix,
    });
  };

  return {
    report,
    errors: () => totals.error,
    warnings: () => totals.warning,
    firstProblems: () => [...shown.error.values(), ...shown.warning.values()].slice(0, shownProblems),
  };
}

/** Where a problem is, for people: "a/1.tif", "a/1.tif, a/2.tif and 38 more", "the archive". */
export function placeOfArchiveProblem({ file, files = [file], count = 1 }: ArchiveProblem): string {
  if (!file) return "the archive";
  const more = count > files.length ? [`${(count - files.length).toLocaleString("en")} more`] : [];
  const all = [...files, ...more];
  return all.length === 1 ? file : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}
