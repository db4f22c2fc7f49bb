import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AdapterError } from "./adapter-error.ts";
import { bytesSource } from "./byte-source.ts";
import { adapterLayout, assertAdapterHeader } from "./layout.ts";
import { readSafetensorsHeader } from "./safetensors-read.ts";
import { planSafetensors } from "./safetensors-write.ts";
import { adapterBytes, randomAdapter } from "./testing/adapters.ts";

const modules = [{ path: "m.q_proj", inFeatures: 3, outFeatures: 2 }];
const layout = adapterLayout(modules, 2);
const good = adapterBytes(modules, randomAdapter(modules, 2, 2, 1));

/** A file with this header text, padded to 8 bytes, and `dataBytes` zero bytes after it. */
function file(header: string, dataBytes: number, claimed?: bigint): Uint8Array {
  const json = new TextEncoder().encode(header.padEnd(Math.ceil(header.length / 8) * 8));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const read = (bytes: Uint8Array) => readSafetensorsHeader(bytesSource(bytes));
const tensor = (begin: number, end: number, shape = [(end - begin) / 4], dtype = "F32") =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

it("a written file reads back with its names, shapes and offsets", async () => {
  const specs = fc.uniqueArray(
    fc.record({
      name: fc.string().filter((name) => name !== "__metadata__" && name !== "__proto__"),
      shape: fc.array(fc.nat(5), { maxLength: 3 }),
    }),
    { selector: ({ name }) => name },
  );
  await fc.assert(
    fc.asyncProperty(specs, async (tensors) => {
      const plan = planSafetensors(tensors);
      const bytes = new Uint8Array(plan.sizeBytes);
      bytes.set(plan.head);
      const header = await read(bytes);
      const found = new Map(header.tensors.map(({ name, shape, offset }) => [name, { shape, offset }]));
      expect(found).toEqual(
        new Map(tensors.map(({ name, shape }, i) => [name, { shape, offset: plan.offsets[i] }])),
      );
    }),
  );
});

describe("refuses", () => {
  it.each<[string, Uint8Array, string]>([
    ["an empty file", new Uint8Array(0), "too few"],
    ["a header beyond 1 MiB", file("{}        ", 0, 1n << 60n), "at most"],
    ["a header beyond the file", file("{}        ", 0, 100n), "in a file of"],
    ["a header that is no object", file("[]        ", 0), "begin with {"],
    ["leading space", file(" {}       ", 0), "begin with {"],
    ["a tensor named twice", file(`{"a":${tensor(0, 4)},"a":${tensor(0, 4)}}`, 4), "twice"],
    [
      "a tensor named twice, once escaped",
      file(`{"a":${tensor(0, 4)},"\\u0061":${tensor(0, 4)}}`, 4),
      "twice",
    ],
    [
      "a field given twice",
      file('{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4),
      "twice",
    ],
    [
      "an unknown field",
      file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}', 4),
      "unknown field",
    ],
    ["another dtype", file(`{"a":${tensor(0, 8, [1], "F64")}}`, 8), "only F32"],
    ["a dtype inherited from Object", file(`{"a":${tensor(0, 4, [1], "toString")}}`, 4), "only F32"],
    ["a negative size", file(`{"a":${tensor(0, 4, [-1])}}`, 4), "list of sizes"],
    ["offsets that do not match the shape", file(`{"a":${tensor(0, 8, [1])}}`, 8), "data_offsets span"],
    [
      "a shape whose size overflows",
      file(`{"a":${tensor(0, 4, [2 ** 40, 2 ** 40])}}`, 4),
      "data_offsets span",
    ],
    ["overlapping tensors", file(`{"a":${tensor(0, 8)},"b":${tensor(4, 12)}}`, 12), "overlaps"],
    ["two tensors on the same bytes", file(`{"a":${tensor(0, 8)},"b":${tensor(0, 8)}}`, 8), "overlaps"],
    ["a gap", file(`{"a":${tensor(0, 4)},"b":${tensor(8, 12)}}`, 12), "gap"],
    ["bytes after the last tensor", file(`{"a":${tensor(0, 4)}}   `, 5), "the file at"],
    ["misaligned values", file(`{"a":${tensor(0, 2, [1], "F16")},"b":${tensor(2, 6)}}`, 6), "aligned"],
    ["bytes that are not UTF-8", file("{}", 8).fill(0xff, 8), "not valid JSON"],
    ["metadata that is not text", file('{"__metadata__":{"a":1}}', 0), "not a string"],
  ])("%s", async (_, bytes, words) => {
    const refusal = await read(bytes).catch((error) => error);
    expect(refusal).toBeInstanceOf(AdapterError);
    expect(refusal.check).toBe("safetensors");
    expect(refusal.message).toContain(words);
  });
});

it("every truncation and every extension of a good file is refused", async () => {
  for (let length = 0; length < good.length; length++) {
    await expect(read(good.slice(0, length))).rejects.toBeInstanceOf(AdapterError);
  }
  const longer = new Uint8Array(good.length + 1);
  longer.set(good);
  await expect(read(longer)).rejects.toBeInstanceOf(AdapterError);
});

it("any damage to the header is refused with an AdapterError or leaves exactly the job's tensors", async () => {
  const headEnd = good.length - 4 * layout.parameters;
  const damage = fc.array(fc.tuple(fc.nat(headEnd - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(damage, async (changes) => {
      const bytes = good.slice();
      for (const [at, value] of changes) bytes[at] = value;
      try {
        assertAdapterHeader(layout, await read(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(AdapterError);
      }
    }),
    { numRuns: 2000 },
  );
});

it("random bytes are refused with an AdapterError", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => {
      await expect(read(bytes)).rejects.toBeInstanceOf(AdapterError);
    }),
  );
});

describe("the job's layout refuses", () => {
  const names = [
    "base_model.model.m.q_proj.lora_A.weight",
    "base_model.model.m.q_proj.lora_B.weight",
  ] as const;
  const header = (specs: { name: string; shape: number[] }[]) => {
    const plan = planSafetensors(specs);
    const bytes = new Uint8Array(plan.sizeBytes);
    bytes.set(plan.head);
    return read(bytes);
  };
  const a = { name: names[0], shape: [2, 3] };
  const b = { name: names[1], shape: [2, 2] };
  it.each([
    ["a missing tensor", [a], "lacks"],
    ["another rank", [{ ...a, shape: [1, 3] }, b], "the job asks for"],
    ["a foreign tensor", [a, b, { name: "lm_head.weight", shape: [1] }], "which the job does not have"],
    ["DoRA", [a, b, { name: "base_model.model.m.q_proj.lora_magnitude_vector", shape: [2] }], "DoRA"],
    ["a trained bias", [a, b, { name: "base_model.model.m.q_proj.bias", shape: [2] }], "bias"],
  ])("%s", async (_, specs, words) => {
    const found = await header(specs);
    expect(() => assertAdapterHeader(layout, found)).toThrow(words);
  });
});
