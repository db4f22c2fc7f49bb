import { openAsBlob } from "node:fs";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawShape, shapeClasses, shapesArchive, zipOf } from "@trainchain/testing/generated-images";
import { describe, expect, it } from "vitest";
import { archiveProblemTable } from "./archive-problems.ts";
import { checkImageArchive } from "./check-image-archive.ts";

type File = readonly [path: string, bytes: Uint8Array, options?: object];
const bytes = (text: string) => new TextEncoder().encode(text);
const blobOf = (archive: Uint8Array) => new Blob([archive as Uint8Array<ArrayBuffer>]);
const check = async (files: readonly File[]) => checkImageArchive(blobOf(await zipOf(files)));

/** Four usable images of each of two classes below a folder. */
function good(folder = "", first = 0): File[] {
  return ["cross", "ring"].flatMap((name, index) =>
    Array.from(
      { length: 4 },
      (_, at): File => [`${folder}${name}/${at}.png`, drawShape(index === 0 ? "cross" : "ring", first + at)],
    ),
  );
}

it("an archive with too many pixels in all its images is refused by their headers", async () => {
  // Eight pictures of 32 by 32 pixels.
  const archive = blobOf(await zipOf(good()));
  const most = 8 * 32 * 32;
  expect(await checkImageArchive(archive, { mostPixels: most })).toMatchObject({ ok: true, images: 8 });
  const report = await checkImageArchive(archive, { mostPixels: most - 1 });
  expect(report).toMatchObject({ ok: false, errors: 1 });
  expect(report.problems).toMatchObject([{ kind: "too-many-pixels-in-all", file: "" }]);
});

describe("a good archive", () => {
  it("is counted by class, whatever folder or clutter lies around it", async () => {
    const clutter: File[] = [
      ["pack/.DS_Store", bytes("x")],
      ["__MACOSX/pack/cross/._0.png", bytes("x")],
    ];
    const report = await check([...good("pack/"), ...clutter]);
    expect(report).toMatchObject({ ok: true, layout: "folders", images: 8, problems: [] });
    expect(report.classes).toEqual([
      { name: "cross", train: 4, val: 0, test: 0 },
      { name: "ring", train: 4, val: 0, test: 0 },
    ]);
  });

  it("may name train, val and test itself", async () => {
    const report = await check([...good("train/"), ...good("valid/", 10), ...good("test/", 20)]);
    expect(report).toMatchObject({ ok: true, layout: "splits", images: 24 });
    expect(report.classes[0]).toEqual({ name: "cross", train: 4, val: 4, test: 4 });
  });

  it("of the generator is the same every time and holds every shape", async () => {
    const [first, second] = await Promise.all([shapesArchive(5), shapesArchive(5)]);
    expect(Buffer.compare(first, second)).toBe(0);
    const report = await checkImageArchive(blobOf(first));
    expect(report.classes.map(({ name, train }) => [name, train])).toEqual(
      shapeClasses.map((name) => [name, 5]),
    );
  });

  it("may hold drawings that pack well, while they are few", async () => {
    const files = Array.from(
      { length: 8 },
      (_, at): File => [`${at % 2 ? "cross" : "ring"}/${at}.bmp`, emptyPicture(at)],
    );
    expect(await check(files)).toMatchObject({ ok: true, images: 8 });
  });

  it.each<[string, () => File[]]>([
    ["packed with the separators of Windows", () => renamed(good(), (path) => path.replaceAll("/", "\\"))],
    ["with ./ before each path", () => renamed(good(), (path) => `./${path}`)],
    ["with several folders around it", () => good("pack/data/")],
    [
      "with the same folder inside each class",
      () => renamed(good(), (path) => path.replace("/", "/images/")),
    ],
    [
      "of JPEG files that are called .jfif",
      () => renamed(pictures("jpeg"), (path) => path.replace("jpeg", "jfif")),
    ],
    ["of files without an ending", () => renamed(good(), (path) => path.replace(".png", ""))],
    ["with a class that is called train", () => renamed(good(), (path) => path.replace("ring", "train"))],
  ])("%s is read", async (_, files) => {
    const report = await check(files());
    expect(report.problems).toEqual([]);
    expect(report).toMatchObject({ ok: true, layout: "folders", images: 8 });
    expect(report.classes.map(({ train }) => train)).toEqual([4, 4]);
  });

  it.each([
    ["Training/", "Testing/"],
    ["pack/training_set/", "pack/test_set/"],
    ["seg_train/seg_train/", "seg_test/seg_test/"],
    ["x/x/train/", "x/x/test/"],
    ["train/images/", "test/images/"],
    ["train2017/", "test2017/"],
  ])("with its parts in %s and %s is read", async (train, test) => {
    const report = await check([...good(train), ...good(test, 20)]);
    expect(report).toMatchObject({ ok: true, layout: "splits", images: 16, problems: [] });
    expect(report.classes).toEqual([
      { name: "cross", train: 4, val: 0, test: 4 },
      { name: "ring", train: 4, val: 0, test: 4 },
    ]);
  });

  it("leaves out what programs keep beside the images, and counts it", async () => {
    const report = await check([
      ...good("pack/"),
      ["pack/.ipynb_checkpoints/0-checkpoint.png", drawShape("cross", 0)],
      ["pack/ring/@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg", drawShape("cross", 50)],
      ["pack/labels.csv", bytes("file,label")],
    ]);
    expect(report).toMatchObject({ ok: true, images: 8 });
    expect(report.problems).toMatchObject([
      { kind: "hidden", severity: "warning", count: 2 },
      { kind: "label-table", severity: "warning", count: 1 },
    ]);
  });

  it("tells of archives inside it, which are not opened", async () => {
    const report = await check([...good(), ["more.zip", bytes("PK")], ["old.tar.gz", bytes("x")]]);
    expect(report).toMatchObject({ ok: true, images: 8 });
    expect(report.problems).toMatchObject([{ kind: "inner-archive", severity: "warning", count: 2 }]);
  });

  it("loses repetitions and foreign files with a warning", async () => {
    const report = await check([
      ...good(),
      ["cross/again.png", drawShape("cross", 0)],
      ["cross/readme.txt", bytes("hello")],
      ["ring/named.jpg", drawShape("ring", 9)],
    ]);
    expect(report).toMatchObject({ ok: true, images: 9, duplicates: 1, warnings: 3 });
    expect(report.problems.map(({ kind, file }) => [kind, file])).toEqual([
      ["not-an-image", "cross/readme.txt"],
      ["duplicate", "cross/again.png"],
      ["other-format", "ring/named.jpg"],
    ]);
  });
});

function renamed(files: readonly File[], rename: (path: string) => string): File[] {
  return files.map(([path, content]) => [rename(path), content]);
}

/** A whole image by its header and its end; each number makes another. */
function jpegOf(number: number): Uint8Array {
  const frame = "ffc0000b080010001001011100";
  return Buffer.from(`ffd8${frame}ffda00080101000000${number.toString(16).padStart(4, "0")}ffd9`, "hex");
}

function pictures(ending: string): File[] {
  return good().map(([path], at) => [path.replace("png", ending), jpegOf(at)]);
}

const twoPixels = Buffer.from("89504e470d0a1a0a0000000d4948445200010000000100000802000000", "hex");
/** 1 × 60,000 pixels. */
const strip = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000ea600802000000", "hex");
/** A readable image of just under a mebibyte, which packs into a thousandth of it; each number makes another. */
function emptyPicture(number: number, bits = 0): Uint8Array {
  const bitmap = Buffer.alloc(1024 ** 2 - 1);
  bitmap.write("BM", 0, "latin1");
  bitmap.writeUInt32LE(40, 14);
  bitmap.writeInt32LE(500, 18);
  bitmap.writeInt32LE(500, 22);
  bitmap.writeUInt16LE(bits, 28);
  bitmap.writeUInt32LE(number, 100);
  return bitmap;
}
const symlink = { externalFileAttributes: 0o120777 * 65_536, versionMadeBy: 0x314 };

const hostile: [name: string, files: () => File[], kind: string, file: string][] = [
  [
    "a path that climbs out",
    () => [...good(), ["../../etc/cron.png", drawShape("ring", 9)]],
    "unsafe-path",
    "../../etc/cron.png",
  ],
  [
    "an absolute path",
    () => [...good(), ["/ring/9.png", drawShape("ring", 9)]],
    "unsafe-path",
    "/ring/9.png",
  ],
  [
    "a path of another system",
    () => [...good(), ["ring\\9.png", drawShape("ring", 9)]],
    "unsafe-path",
    "ring\\9.png",
  ],
  ["a link", () => [...good(), ["ring/9.png", bytes("/etc/passwd"), symlink]], "link", "ring/9.png"],
  [
    "a bomb",
    () => [...good(), ["ring/9.png", new Uint8Array(8 * 1024 ** 2)]],
    "packed-too-tightly",
    "ring/9.png",
  ],
  [
    "a bomb of many small parts",
    () =>
      Array.from(
        { length: 70 },
        (_, at): File => [`${at % 2 ? "cross" : "ring"}/${at}.bmp`, emptyPicture(at)],
      ),
    "packed-too-tightly-in-all",
    "",
  ],
  ...(["train/", "pack/train/"] as const).map((folder): (typeof hostile)[number] => [
    `images right in ${folder}`,
    () =>
      Array.from(
        { length: 8 },
        (_, at): File => [
          `${at % 2 ? folder : folder.replace("train", "test")}${at}.png`,
          drawShape("ring", at),
        ],
      ),
    "no-class-in-split",
    `${folder.replace("train", "test")}0.png`,
  ]),
  [
    "a test folder without classes",
    () => [...good("train/"), ["test/1.png", drawShape("ring", 9)]],
    "no-class-in-split",
    "test/1.png",
  ],
  [
    "images too deep in one class",
    () => [...good(), ["ring/more/9.png", drawShape("ring", 9)]],
    "too-deep",
    "ring/more/9.png",
  ],
  ...(
    [
      ["GIF", "474946383961"],
      ["TIFF", "49492a00"],
      ["HEIC", "000000186674797068656963"],
      ["AVIF", "000000206674797061766966"],
    ] as const
  ).map(([format, hex]): (typeof hostile)[number] => [
    `an image that is ${format} by its content`,
    () => [...good(), ["ring/9.jpg", Buffer.from(`${hex}00000000000000000000`, "hex")]],
    "foreign-image",
    "ring/9.jpg",
  ]),
  [
    "an image of another format by its name",
    () => [...good(), ["ring/9.HEIC", bytes("x")]],
    "foreign-image",
    "ring/9.HEIC",
  ],
  ...(
    [
      ["png", () => drawShape("ring", 9).slice(0, 60)],
      ["jpg", () => jpegOf(1).slice(0, -2)],
      ["bmp", () => emptyPicture(1, 64)],
    ] as const
  ).map(([ending, content]): (typeof hostile)[number] => [
    `a ${ending} that ends early`,
    () => [...good(), [`ring/9.${ending}`, content()]],
    "ends-early",
    `ring/9.${ending}`,
  ]),
  [
    "no image at all",
    () => [...good(), ["ring/9.png", bytes("#!/bin/sh\nrm -rf /\n".repeat(9))]],
    "unreadable-image",
    "ring/9.png",
  ],
  [
    "a Git LFS pointer in an image's place",
    () => [
      ...good(),
      ["ring/9.png", bytes("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")],
    ],
    "not-downloaded",
    "ring/9.png",
  ],
  [
    "a web page in an image's place",
    () => [...good(), ["ring/9.png", bytes("<!DOCTYPE html><title>404</title>")]],
    "not-downloaded",
    "ring/9.png",
  ],
  [
    "an image of four billion pixels",
    () => [...good(), ["ring/9.png", Buffer.concat([twoPixels, new Uint8Array(9)])]],
    "too-many-pixels",
    "ring/9.png",
  ],
  [
    "a strip that would fill the memory once it is as wide as a network's input",
    () => [...good(), ["ring/9.png", Buffer.concat([strip, new Uint8Array(9)])]],
    "too-narrow",
    "ring/9.png",
  ],
  [
    "an image of two classes",
    () => [...good(), ["ring/9.png", drawShape("cross", 1)]],
    "in-two-classes",
    "ring/9.png",
  ],
  [
    "an image of two splits",
    () => [...good("train/"), ...good("test/")],
    "in-two-splits",
    "train/cross/0.png",
  ],
  [
    "a class of one image",
    () => [...good(), ["star/0.png", drawShape("square", 1)]],
    "too-few-images",
    "star",
  ],
  [
    "an empty class",
    () => [...good(), ["star/", new Uint8Array(), { directory: true }]],
    "empty-class",
    "star",
  ],
  [
    "images beside the classes",
    () => [...good(), ["9.png", drawShape("ring", 9)]],
    "no-class-folder",
    "9.png",
  ],
  [
    "a class name with a comma",
    () => [...good(), ["a,b/9.png", drawShape("ring", 9)]],
    "bad-class-name",
    "a,b/9.png",
  ],
  [
    "a name that Windows reserves",
    () => [...good(), ["CON/9.png", drawShape("ring", 9)]],
    "bad-class-name",
    "CON/9.png",
  ],
  [
    "classes that differ in case",
    () => [...good(), ["Ring/9.png", drawShape("ring", 9)]],
    "class-names-collide",
    "ring/0.png",
  ],
  ["one class", () => good().slice(0, 4), "too-few-classes", ""],
  [
    "an encrypted file",
    () => [...good(), ["ring/9.png", drawShape("ring", 9), { password: "x" }]],
    "encrypted",
    "ring/9.png",
  ],
];

describe("an archive is refused, with file and fix, for", () => {
  it.each(hostile)("%s", async (_, files, kind, file) => {
    const report = await check(files());
    expect(report.ok).toBe(false);
    expect(report.problems).toContainEqual(expect.objectContaining({ kind, file, severity: "error" }));
    for (const { fix } of report.problems) expect(fix).not.toBe("");
  });

  it("being none", async () => {
    const report = await checkImageArchive(new Blob(["not a zip"]));
    expect(report.problems[0]).toMatchObject({ kind: "not-a-zip", file: "" });
  });

  it("a list of files that is longer than any", async () => {
    const folder = await mkdtemp(join(tmpdir(), "trainchain-archive-"));
    const file = join(folder, "long.zip");
    const [listBytes, end] = [200 * 1024 ** 2, Buffer.alloc(22)];
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(65_000, 8);
    end.writeUInt16LE(65_000, 10);
    end.writeUInt32LE(listBytes, 12);
    const handle = await open(file, "w");
    // Before it a hole of zeros, which takes no room on the disk.
    await handle.write(end, 0, end.length, listBytes);
    await handle.close();
    const report = await checkImageArchive(await openAsBlob(file));
    await rm(folder, { recursive: true });
    expect(report.problems[0]).toMatchObject({
      kind: "not-a-zip",
      problem: expect.stringContaining("its list of files is longer than any archive's"),
    });
  });

  it("bytes that are not what its directory says", async () => {
    const archive = await zipOf(good());
    const at = Buffer.from(archive).indexOf("IHDR");
    archive[at + 20] = (archive[at + 20] ?? 0) ^ 0xff;
    const report = await checkImageArchive(blobOf(archive));
    expect(report.problems[0]).toMatchObject({ kind: "damaged", file: "cross/0.png" });
  });
});

it("every kind of problem stands in the document on the format", async () => {
  const document = await readFile(new URL("../../../../docs/dataset-format.md", import.meta.url), "utf8");
  for (const kind of Object.keys(archiveProblemTable)) expect(document).toContain(`\`${kind}\``);
});
