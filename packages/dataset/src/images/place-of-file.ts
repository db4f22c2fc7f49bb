/** The parts of a dataset that requesters name themselves; `test` is the holdout. */
const splits = ["train", "val", "test"] as const;
export type Split = (typeof splits)[number];

const splitNames: Record<string, Split> = {
  ...{ train: "train", training: "train" },
  ...{ val: "val", valid: "val", validation: "val", dev: "val", eval: "val" },
  ...{ test: "test", testing: "test" },
};

/** "train", "Testing", "training_set", "seg_train", "test-images", "val2017". */
const splitName =
  /^(?:[a-z0-9]+[_ -])?(train|training|val|valid|validation|dev|eval|test|testing)(?:[_ -]?(?:set|data|dataset|images|imgs|img|\d{4}))?$/;

/** Folders and files that operating systems add to archives. */
const clutter = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)/;
/** Folders in which programs keep copies and previews of what lies beside them. */
const hidden = /(^|\/)(\.[^/]+|@eaDir|#recycle|@Recycle|\$RECYCLE\.BIN|lost\+found)\//i;

export function isClutter(path: string): boolean {
  return clutter.test(path);
}

/** Whether a file lies in a folder that its owner does not see. */
export function isHidden(path: string): boolean {
  return hidden.test(path);
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

/** Where an image belongs, or why it belongs nowhere. */
export type Place =
  | { split: Split; className: string; named: boolean }
  | { problem: "no-class-folder" | "no-class-in-split" | "too-deep" };

/**
 * Tells class and split of each image from all paths together: folders around everything, the same folder inside every
 * class, and a split's folder inside itself are looked through. Folders are splits where every image in a class folder
 * lies in one, and one of them is for training.
 */
export function createPlacing(paths: readonly string[]): (path: string) => Place {
  const wrapped = paths.map(foldersOf);
  const around = commonStart(wrapped);
  const all = wrapped.map((folders) => folders.slice(around));
  const deep = all.filter(({ length }) => length > 1);
  const flat = all.filter(({ length }) => length === 1);
  const isSplits = (folders: readonly string[][]) =>
    folders.every(([first]) => splitOf(first)) && folders.some(([first]) => splitOf(first) === "train");
  const named = isSplits(deep.length > 0 ? deep : flat) && all.length > 0;
  const inner = all
    .filter(([first]) => !named || splitOf(first))
    .map((folders) => withoutSplit(folders, named));
  const filled = inner.filter(({ length }) => length > 0);
  const before = filled.every(({ length }) => length > 1) ? commonStart(filled) : 0;
  const after = sharedEnd(filled.map((folders) => folders.slice(before)));

  return (path) => {
    const folders = foldersOf(path).slice(around);
    const [first] = folders;
    if (first === undefined) return { problem: "no-class-folder" };
    const split = named ? splitOf(first) : "train";
    if (!split) return { problem: "no-class-folder" };
    const [className, ...deeper] = withoutSplit(folders, named).slice(before);
    if (className === undefined) return { problem: "no-class-in-split" };
    return deeper.length > after ? { problem: "too-deep" } : { split, className, named };
  };
}

function foldersOf(path: string): string[] {
  return path.split("/").slice(0, -1);
}

function splitOf(folder = ""): Split | undefined {
  return splitNames[splitName.exec(folder.toLowerCase())?.[1] ?? ""];
}

/** The folders below the split's own, which some archives have twice. */
function withoutSplit(folders: readonly string[], named: boolean): string[] {
  if (!named) return [...folders];
  const [split, again, ...rest] = folders;
  return rest.length > 0 && splitOf(again) === splitOf(split) ? rest : folders.slice(1);
}

/** How many folders lie around all, none of them for training and none the last one of the deepest. */
function commonStart(all: readonly string[][]): number {
  const [first = []] = all;
  const deepest = all.reduce((most, { length }) => Math.max(most, length), 0);
  let count = 0;
  while (
    count < deepest - 1 &&
    first[count] !== undefined &&
    splitOf(first[count]) !== "train" &&
    all.every((folders) => folders[count] === first[count])
  )
    count += 1;
  return count;
}

/** How many folders, the same in all, every class has inside: "images" of train/cat/images/1.png. */
function sharedEnd(all: readonly string[][]): number {
  const [first = []] = all;
  const isShared = all.every(
    (folders) => folders.length === first.length && folders.slice(1).join("/") === first.slice(1).join("/"),
  );
  return isShared ? Math.max(0, first.length - 1) : 0;
}
