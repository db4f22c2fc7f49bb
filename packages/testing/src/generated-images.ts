import { crc32, deflateSync } from "node:zlib";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";

/** Shapes that a small network tells apart after a few epochs, and that a guess does not. */
export const shapeClasses = ["cross", "ring", "square", "stripes"] as const;
export type ShapeClass = (typeof shapeClasses)[number];

const side = 32;

/** How far a point (pixels from the shape's middle) lies inside the shape of half-width `size`: 1 inside, 0 outside. */
const insideOf: Record<ShapeClass, (x: number, y: number, size: number) => boolean> = {
  cross: (x, y, size) =>
    (Math.abs(x) < size / 3 && Math.abs(y) < size) || (Math.abs(y) < size / 3 && Math.abs(x) < size),
  ring: (x, y, size) => Math.hypot(x, y) < size && Math.hypot(x, y) > size * 0.55,
  square: (x, y, size) => Math.max(Math.abs(x), Math.abs(y)) < size * 0.8,
  stripes: (x, y, size) => Math.max(Math.abs(x), Math.abs(y)) < size && Math.floor((y + size) / 3) % 2 === 0,
};

/** The n-th picture of a class as a PNG file: place, size, brightness and noise are drawn from class and number. */
export function drawShape(shape: ShapeClass, number: number): Uint8Array {
  const draw = createRandom(shapeClasses.indexOf(shape) * 1_000_003 + number);
  const size = 10 + 4 * draw();
  const [left, top] = [size + (side - 2 * size) * draw(), size + (side - 2 * size) * draw()];
  const [paper, ink] = [0.3 * draw(), 0.6 + 0.4 * draw()];
  const pixels = Uint8Array.from({ length: side * side }, (_, at) => {
    const inside = insideOf[shape]((at % side) - left, Math.floor(at / side) - top, size);
    return 255 * Math.min(1, Math.max(0, (inside ? ink : paper) + 0.15 * (draw() - 0.5)));
  });
  return greyPng(pixels);
}

/** A zip archive of `perClass` pictures of each shape, a folder a class. The same bytes every time. */
export async function shapesArchive(perClass: number): Promise<Uint8Array> {
  const files = shapeClasses.flatMap((shape) =>
    Array.from({ length: perClass }, (_, number): [string, Uint8Array] => [
      `${shape}/${String(number).padStart(4, "0")}.png`,
      drawShape(shape, number),
    ]),
  );
  return zipOf(files);
}

/** A zip archive of the given files, in the given order; further options are zip.js's, such as for a link. */
export async function zipOf(
  files: readonly (readonly [path: string, bytes: Uint8Array, options?: object])[],
): Promise<Uint8Array> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), {
    useWebWorkers: false,
    extendedTimestamp: false,
    lastModDate: new Date(1980, 0, 1),
  });
  for (const [path, bytes, options] of files) await zip.add(path, new Uint8ArrayReader(bytes), options);
  return zip.close();
}

/** Mulberry32: small, fast, and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function greyPng(pixels: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc(side * (side + 1));
  for (let row = 0; row < side; row++)
    rows.set(pixels.subarray(row * side, (row + 1) * side), row * (side + 1) + 1);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
