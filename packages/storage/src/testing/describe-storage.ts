import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { computeCid } from "../cid.ts";
import type { ByteSource, Storage } from "../storage.ts";

export interface StorageUnderTest {
  storage: Storage;
  /** Replaces what is stored under a CID, behind the storage's back. */
  damage(cid: string, bytes: Uint8Array): Promise<void>;
  /** Lets the store free what was removed, where it does that at a time of its own. */
  collectGarbage?(): Promise<unknown>;
  close(): Promise<void>;
}

const text = (content: string) => new TextEncoder().encode(content);
/** The CID of "never stored". */
const unknownCid = "bafkreifwqvs46vuze47wuimepm76irzgg5gl23b37xecsut7dwzkaucdie";

export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Uint8Array.from(Buffer.concat(pieces));
}

/** Bytes that differ from place to place, so that a swapped or repeated block shows. */
export function patternedBytes(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  for (let index = 0; index < sizeBytes; index++) bytes[index] = index * 31 + (index >> 8) * 17;
  return bytes;
}

async function* pieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.slice(at, at + pieceBytes);
}

/** What every store guarantees, whatever keeps the bytes. */
export function describeStorage(name: string, make: () => Promise<StorageUnderTest>): void {
  describe(name, () => {
    let subject: StorageUnderTest;
    let storage: Storage;
    beforeAll(async () => {
      subject = await make();
      storage = subject.storage;
    });
    afterAll(() => subject.close());

    const put = async (bytes: ByteSource) => (await storage.put(bytes)).cid;

    test("names content by the CID that `ipfs add --cid-version=1` gives it", async () => {
      expect(await storage.put(text("hello world\n"))).toEqual({
        cid: "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4",
        sizeBytes: 12,
      });
      expect(await put(new Uint8Array(600_000))).toBe(
        "bafybeib7pcuusxw7atqqc4apxvkezssdjbqkkhymjpo5x7bsj5sytn2ph4",
      );
    });

    test("gives back what was put, whatever its size and pieces", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.constantFrom(262_144, 262_145, 600_000)),
          fc.integer({ min: 100, max: 300_000 }),
          async (sizeBytes, pieceBytes) => {
            const bytes = patternedBytes(sizeBytes);
            const stored = await storage.put(pieces(bytes, pieceBytes));
            expect(stored).toEqual({ cid: await computeCid(bytes), sizeBytes });
            expect(Buffer.compare(await readAll(await storage.get(stored.cid)), bytes)).toBe(0);
          },
        ),
        { numRuns: 15 },
      );
    });

    test("keeps content of two levels of blocks", async () => {
      const bytes = patternedBytes(175 * 262_144 + 1);
      const cid = await put(bytes);
      expect(Buffer.compare(await readAll(await storage.get(cid)), bytes)).toBe(0);
    });

    test("storing the same content twice is storing it once", async () => {
      const first = await storage.put(text("twice"));
      expect(await storage.put(text("twice"))).toEqual(first);
      expect(await readAll(await storage.get(first.cid))).toEqual(text("twice"));
    });

    test("knows what it has", async () => {
      expect(await storage.has(await put(text("present")))).toBe(true);
      expect(await storage.has(unknownCid)).toBe(false);
    });

    test("refuses unknown content at once, as not-found", async () => {
      await expect(storage.get(unknownCid)).rejects.toMatchObject({ code: "not-found" });
    });

    test("what is removed is gone, twice removed too, and can be stored again; the rest stays", async () => {
      const bytes = patternedBytes(300_000);
      const [cid, other] = [await put(bytes), await put(text("to stay"))];
      for (const _ of [1, 2]) await storage.remove(cid);
      await subject.collectGarbage?.();
      expect([await storage.has(cid), await storage.has(other)]).toEqual([false, true]);
      await expect(storage.get(cid)).rejects.toMatchObject({ code: "not-found" });
      expect(await put(bytes)).toBe(cid);
      expect(Buffer.compare(await readAll(await storage.get(cid)), bytes)).toBe(0);
      await storage.remove(unknownCid);
    });

    test.each([
      "../../etc/passwd",
      "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4/../x",
      "",
      "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4\n",
      "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
    ])("refuses %j as a CID before it reaches a path or an address", async (cid) => {
      await expect(storage.get(cid)).rejects.toMatchObject({ code: "invalid-input" });
      await expect(storage.has(cid)).rejects.toMatchObject({ code: "invalid-input" });
      await expect(storage.remove(cid)).rejects.toMatchObject({ code: "invalid-input" });
    });

    test("never delivers damaged content in full", async () => {
      const bytes = patternedBytes(400_000);
      const cid = await put(bytes);
      const wrong = Uint8Array.from(bytes);
      wrong[5] = wrong[5]! ^ 1;
      for (const damaged of [
        wrong,
        bytes.subarray(0, 399_999),
        Buffer.concat([bytes, text("more")]),
        text(""),
      ]) {
        await subject.damage(cid, Uint8Array.from(damaged));
        const seen: Uint8Array[] = [];
        const reading = async () => {
          for await (const piece of await storage.get(cid)) seen.push(piece);
        };
        await expect(reading()).rejects.toMatchObject({ code: "storage-unavailable" });
        expect(Buffer.concat(seen).length).toBeLessThan(Math.max(1, damaged.length));
      }
      await storage.put(bytes);
      expect(Buffer.compare(await readAll(await storage.get(cid)), bytes)).toBe(0);
    });

    test("stops reading content that is longer than its reader takes", async () => {
      const cid = await put(patternedBytes(600_000));
      const reading = async () => readAll(await storage.get(cid, { maxBytes: 500_000 }));
      await expect(reading()).rejects.toMatchObject({ code: "too-large" });
      expect(await readAll(await storage.get(cid, { maxBytes: 600_000 }))).toHaveLength(600_000);
    });

    test.each([4, 6])("refuses 5 bytes announced as %i, and keeps nothing", async (sizeBytes) => {
      const bytes = text(`size${sizeBytes}`);
      await expect(storage.put(bytes, { sizeBytes })).rejects.toMatchObject({ code: "invalid-input" });
      expect(await storage.has(await computeCid(bytes))).toBe(false);
    });

    test("passes on an error of the source, and keeps nothing", async () => {
      async function* broken() {
        yield text("begun");
        throw new Error("the source broke");
      }
      await expect(storage.put(broken())).rejects.toThrow("the source broke");
      expect(await storage.has(await computeCid(text("begun")))).toBe(false);
    });

    test("serves many at once", async () => {
      const all = Array.from({ length: 12 }, (_, index) => text(`content ${index}`));
      const cids = await Promise.all(all.map(put));
      const read = await Promise.all(cids.map(async (cid) => readAll(await storage.get(cid))));
      expect(read).toEqual(all);
    });
  });
}
