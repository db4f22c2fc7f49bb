import { openAsBlob } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawShape, shapeClasses, shapesArchive, zipOf } from "@trainchain/testing/generated-images";
import { describe, expect, it } from "vitest";
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

const twoPixels = Buffer.from("89504e470d0a1a0a0000000d4948445200010000000100000802000000", "hex");
/** 1 × 60,000 pixels. */
const strip = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000ea600802000000", "hex");
/** A readable image of just under a mebibyte, which packs into a thousandth of it; each number makes another. */
function emptyPicture(number: number): Uint8Array {
  const bitmap = Buffer.alloc(1024 ** 2 - 1);
  bitmap.write("BM", 0, "latin1");
  bitmap.writeUInt32LE(40, 14);
  bitmap.writeInt32LE(500, 18);
  bitmap.writeInt32LE(500, 22);
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
  [
    "no image at all",
    () => [...good(), ["ring/9.png", bytes("#!/bin/sh\nrm -rf /\n".repeat(9))]],
    "unreadable-image",
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
