import { drawShape, zipOf } from "@trainchain/testing/generated-images";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { checkImageArchive } from "./check-image-archive.ts";
import { readImageHeader } from "./image-header.ts";

/** One change of an archive's bytes; places are counted from the end, where the directory lies. */
type Change =
  | { how: "write"; at: number; byte: number }
  | { how: "cut"; at: number }
  | { how: "copy"; at: number; from: number; length: number };

const place = fc.oneof({ weight: 3, arbitrary: fc.nat(900) }, { weight: 1, arbitrary: fc.nat(6_000) });
const byte = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255));
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ how: fc.constant("write" as const), at: place, byte }) },
  { weight: 1, arbitrary: fc.record({ how: fc.constant("cut" as const), at: place }) },
  {
    weight: 2,
    arbitrary: fc.record({ how: fc.constant("copy" as const), at: place, from: place, length: fc.nat(60) }),
  },
);

function changed(archive: Uint8Array, changes: readonly Change[]): Uint8Array<ArrayBuffer> {
  let bytes = Uint8Array.from(archive);
  for (const one of changes) {
    const at = Math.max(0, bytes.length - 1 - one.at);
    if (one.how === "write") bytes[at] = one.byte;
    else if (one.how === "cut") bytes = bytes.slice(0, at);
    else {
      const from = Math.max(0, bytes.length - 1 - one.from);
      bytes.copyWithin(at, from, from + one.length);
    }
  }
  return bytes;
}

const archives: Uint8Array[] = [];
beforeAll(async () => {
  const files = (["cross", "ring"] as const).flatMap((name) =>
    Array.from({ length: 3 }, (_, at): [string, Uint8Array] => [`${name}/${at}.png`, drawShape(name, at)]),
  );
  archives.push(await zipOf(files));
  archives.push(await zipOf(files.map(([path, bytes]) => [path, bytes, { zip64: true }] as const)));
});

it("an archive with any bytes changed is judged, never crashed on, and its counts agree", async () => {
  const changes = fc.array(change, { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.nat(1), changes, async (which, all) => {
      const report = await checkImageArchive(new Blob([changed(archives[which]!, all)]));
      expect(report.ok).toBe(report.errors === 0);
      const told = report.problems.reduce((sum, { count }) => sum + count, 0);
      expect(told).toBe(report.errors + report.warnings);
      const counted = report.classes.reduce((sum, { train, val, test }) => sum + train + val + test, 0);
      expect(report.images).toBe(counted);
      for (const { file, fix } of report.problems) {
        expect(file).not.toMatch(/\p{Cc}/u);
        expect(fix).not.toBe("");
      }
    }),
    { numRuns: 150 },
  );
});

it("an image's header of any bytes is read or not, and has a size where it is", () => {
  const starts = ["89504e470d0a1a0a", "ffd8ffe0", "52494646ffffffff57454250", "424d", ""].map((hex) =>
    Buffer.from(hex, "hex"),
  );
  const anyHeader = fc.tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 64 }));
  fc.assert(
    fc.property(anyHeader, ([start, rest]) => {
      const header = readImageHeader(Buffer.concat([start, rest]));
      if (header) expect(Math.min(header.width, header.height)).toBeGreaterThan(0);
    }),
    { numRuns: 5_000 },
  );
});
