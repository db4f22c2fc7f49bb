/** The parts of a dataset that requesters name themselves; `test` is the holdout. */
const splits = ["train", "val", "test"] as const;
export type Split = (typeof splits)[number];

const splitNames: Record<string, Split | undefined> = {
  train: "train",
  training: "train",
  val: "val",
  valid: "val",
  validation: "val",
  test: "test",
};

/** Folders and files that operating systems add to archives. */
const clutter = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)/;

export function isClutter(path: string): boolean {
  return clutter.test(path);
}

/** Whether a path could leave its folder or mean different files on different systems. */
export function isUnsafePath(path: string): boolean {
  const parts = path.replace(/\/$/, "").split("/");
  return (
    parts.some((part) => part === "" || part === "." || part === "..") ||
    /[\\:\p{Cc}]/u.test(path) ||
    path.length > 1_000
  );
}

/** The one folder around everything else in the archive, which most tools make; "" where there is none. */
export function findRoot(paths: readonly string[]): string {
  const [first = "", ...rest] = paths[0]?.split("/") ?? [];
  const isAround =
    rest.length >= 2 &&
    splitNames[first.toLowerCase()] === undefined &&
    paths.every((path) => path.startsWith(`${first}/`) && path.split("/").length >= 3);
  return isAround ? `${first}/` : "";
}

/** Split and class of an image by its path below the root; undefined where it lies in no class folder. */
export function placeOfFile(path: string): { split: Split; className: string; named: boolean } | undefined {
  const [first = "", second = "", ...rest] = path.split("/");
  const split = splitNames[first.toLowerCase()];
  if (rest.length === 0) return second ? { split: "train", className: first, named: false } : undefined;
  return split && rest.length === 1 ? { split, className: second, named: true } : undefined;
}
