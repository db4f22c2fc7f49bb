import fc from "fast-check";
import { expect, test } from "vitest";
import { computeCid, createCidHasher } from "./cid.ts";
import { patternedBytes } from "./testing/describe-storage.ts";

test.each([
  [0, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"],
  [600_000, "bafybeib7pcuusxw7atqqc4apxvkezssdjbqkkhymjpo5x7bsj5sytn2ph4"],
])("the CID of %i zero bytes is kubo's", async (sizeBytes, cid) => {
  expect(await computeCid(new Uint8Array(sizeBytes))).toBe(cid);
});

test("how content is cut into pieces does not matter", async () => {
  const bytes = patternedBytes(700_000);
  const cid = await computeCid(bytes);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 700_000 }), { maxLength: 8 }), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const hasher = createCidHasher();
      for (const [index, end] of places.slice(1).entries())
        await hasher.write(bytes.slice(places[index], end));
      expect(await hasher.digest()).toBe(cid);
    }),
    { numRuns: 20 },
  );
});
