import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AdaptedModule, loraAKey, loraBKey } from "../layout.ts";
import { type DenseAdapter, randomAdapter, readAdapter, writeAdapter } from "../testing/adapters.ts";
import { denseMean, denseUpdate, singularValues, squaredDistance, squaredNorm } from "../testing/dense.ts";
import { type MergeOptions, mergeAdapters } from "./merge-adapters.ts";
import { writeInitialAdapter } from "./write-initial-adapter.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lora-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const modules: AdaptedModule[] = [
  { path: "model.layers.0.self_attn.q_proj", inFeatures: 24, outFeatures: 30 },
  { path: "model.layers.0.mlp.down_proj", inFeatures: 301, outFeatures: 17 },
  { path: "model.layers.10.mlp.up_proj", inFeatures: 17, outFeatures: 301 },
];

let merges = 0;

/** Writes the adapters, merges them, and reads the result. */
async function merge(
  adapters: readonly DenseAdapter[],
  weights: readonly number[],
  options: Partial<MergeOptions> = {},
  layout = modules,
) {
  const out = join(folder, `merge-${merges++}`);
  const inputs = adapters.map((adapter, i) => {
    const file = `${out}-${i}.safetensors`;
    writeAdapter(file, layout, adapter);
    return { file, weight: weights[i]!, rank: adapter.rank, alpha: adapter.alpha };
  });
  const result = await mergeAdapters({
    adapters: inputs,
    modules: layout,
    baseModel: "toy",
    out,
    threads: 1,
    ...options,
  });
  return { ...result, out, merged: await readAdapter(result.file, result.rank) };
}

const three = [
  randomAdapter(modules, 4, 8, 1),
  randomAdapter(modules, 4, 8, 2),
  randomAdapter(modules, 4, 8, 3),
];
const mixed = [
  randomAdapter(modules, 3, 6, 1),
  randomAdapter(modules, 4, 1, 2),
  randomAdapter(modules, 6, 24, 3),
];
const weights = [100, 250, 37];

describe("the test vector", () => {
  const module = { path: "m.q_proj", inFeatures: 2, outFeatures: 3 };
  const vector = (alpha: number, a: number[], b: number[]): DenseAdapter => ({
    rank: 1,
    alpha,
    factors: new Map([[module.path, { a: Float32Array.from(a), b: Float32Array.from(b) }]]),
  });
  const pair = [vector(2, [1, 2], [1, 0, -1]), vector(1, [0, 1], [2, 1, 0])];

  it.each(["exact", "svd"] as const)("gives the known update by %s", async (method) => {
    const { merged } = await merge(pair, [1, 3], { method, rank: 2 }, [module]);
    const update = denseUpdate(module, merged);
    for (const [i, value] of [0.5, 2.5, 0, 0.75, -0.5, -1].entries()) expect(update[i]).toBeCloseTo(value, 6);
    const [first, second] = singularValues(update, 3, 2);
    expect(first).toBeCloseTo(2.86526186, 6);
    expect(second).toBeCloseTo(0.32058454, 6);
  });

  it("loses exactly the second singular value at rank 1", async () => {
    const { relativeError } = await merge(pair, [1, 3], { rank: 1 }, [module]);
    expect(relativeError).toBeCloseTo(0.32058454 ** 2 / (2.86526186 ** 2 + 0.32058454 ** 2), 8);
  });
});

describe("against dense f64 algebra", () => {
  it.each(["exact", "svd"] as const)(
    "%s at full rank is the weighted mean update, mixed ranks and alphas",
    async (method) => {
      const { merged } = await merge(mixed, weights, { method, rank: 13 });
      for (const module of modules) {
        expect(squaredDistance(denseUpdate(module, merged), denseMean(module, mixed, weights))).toBeLessThan(
          1e-12,
        );
      }
    },
  );

  it("a truncated svd misses what Eckart and Young say, and reports it", async () => {
    const { merged, relativeError } = await merge(mixed, weights, { rank: 5 });
    let missed = 0;
    let total = 0;
    for (const module of modules) {
      const exact = denseMean(module, mixed, weights);
      const tail = singularValues(exact, module.outFeatures, module.inFeatures).slice(5);
      const tailNorm = squaredNorm(Float64Array.from(tail));
      expect(squaredDistance(denseUpdate(module, merged), exact) * squaredNorm(exact)).toBeCloseTo(
        tailNorm,
        6,
      );
      missed += tailNorm;
      total += squaredNorm(exact);
    }
    expect(relativeError).toBeCloseTo(missed / total, 6);
  });

  it("fedavg reports its distance from the mean update", async () => {
    const { merged, relativeError } = await merge(three, weights, { method: "fedavg" });
    const distances = modules.map((module) => {
      const exact = denseMean(module, three, weights);
      return [
        squaredDistance(denseUpdate(module, merged), exact) * squaredNorm(exact),
        squaredNorm(exact),
      ] as const;
    });
    const expected = distances.reduce((s, [d]) => s + d, 0) / distances.reduce((s, [, n]) => s + n, 0);
    expect(relativeError).toBeCloseTo(expected, 5);
  });
});

it("one adapter alone comes back unchanged by exact, bit for bit, when its scale is 1", async () => {
  const alone = randomAdapter(modules, 4, 4, 7);
  const { merged } = await merge([alone], [5], { method: "exact" });
  expect(merged.factors).toEqual(alone.factors);
});

/** The adapter with its values cut to bfloat16, and a file of those, every B before every A. */
function halved(adapter: DenseAdapter): { cut: DenseAdapter; bytes: Uint8Array } {
  const words = (values: Float32Array) =>
    Uint16Array.from(new Uint32Array(values.slice().buffer), (bits) => bits >>> 16);
  const wide = (halves: Uint16Array) =>
    new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer);
  const { rank, factors } = adapter;
  const tensors = [...factors].flatMap(([path, { a, b }]) => [
    { name: loraAKey(path), shape: [rank, a.length / rank], values: words(a) },
    { name: loraBKey(path), shape: [b.length / rank, rank], values: words(b) },
  ]);
  tensors.sort((x, y) => (x.name.includes("lora_B") ? 0 : 1) - (y.name.includes("lora_B") ? 0 : 1));
  let end = 0;
  const entries = tensors.map(({ name, shape, values }) => {
    const begin = end;
    end += values.byteLength;
    return [name, { dtype: "BF16", shape, data_offsets: [begin, end] }];
  });
  const header = JSON.stringify(Object.fromEntries(entries));
  const head = Buffer.alloc(8 + Math.ceil(header.length / 8) * 8, " ");
  head.writeBigUInt64LE(BigInt(head.length - 8), 0);
  head.write(header, 8);
  const cut = [...factors].map(
    ([path, { a, b }]) => [path, { a: wide(words(a)), b: wide(words(b)) }] as const,
  );
  const bytes = Buffer.concat([head, ...tensors.map(({ values }) => Buffer.from(values.buffer))]);
  return { cut: { ...adapter, factors: new Map(cut) }, bytes };
}

it.each(["exact", "svd"] as const)(
  "%s of a bfloat16 file in any order of tensors is that of the same values in F32, bit for bit",
  async (method) => {
    const { cut, bytes } = halved(mixed[2]!);
    const plain = await merge([mixed[0]!, cut], [1, 2], { method, rank: 9 });
    const file = join(folder, "halves.safetensors");
    writeFileSync(file, bytes);
    const first = join(folder, "first.safetensors");
    writeAdapter(first, modules, mixed[0]!);
    const adapters = [
      { file: first, weight: 1, rank: 3, alpha: 6 },
      { file, weight: 2, rank: 6, alpha: 24 },
    ];
    const half = await merge([], [], { adapters, method, rank: 9 });
    expect(readFileSync(half.file).equals(readFileSync(plain.file))).toBe(true);
  },
);

it.each(["exact", "svd", "fedavg"] as const)(
  "%s refuses a value that is not finite, names its tensor and leaves no file",
  async (method) => {
    for (const [key, value] of [
      ["a", Number.NaN],
      ["b", Number.NEGATIVE_INFINITY],
    ] as const) {
      const bad = randomAdapter(modules, 4, 8, 4);
      const { path } = modules[1]!;
      bad.factors.get(path)![key][5] = value;
      const out = join(folder, `bad-${method}-${key}`);
      const name = key === "a" ? loraAKey(path) : loraBKey(path);
      await expect(merge([three[0]!, bad], [1, 1], { method, rank: 4, out })).rejects.toMatchObject({
        check: "safetensors",
        facts: { tensor: name },
      });
      expect(readdirSync(out)).toEqual([]);
    }
  },
);

it("writes the same bytes whatever the number of threads", async () => {
  const hashes = new Set<string>();
  for (const threads of [1, 2, 3]) {
    const { file } = await merge(mixed, weights, { rank: 6, threads });
    hashes.add(createHash("sha256").update(readFileSync(file)).digest("hex"));
  }
  expect(hashes.size).toBe(1);
});

it("a result that is trained on has rows of A as long as the initial ones", async () => {
  const file = join(folder, "initial.safetensors");
  await writeInitialAdapter(file, { seed: 1, modules, rank: 4 });
  const initial = await readAdapter(file, 4);
  const { merged } = await merge(three, weights, { rank: 4, split: { trainOn: { file, rank: 4 } } });
  for (const { path, inFeatures } of modules) {
    const expected = squaredNorm(Float64Array.from(initial.factors.get(path)!.a)) / 4;
    for (let row = 0; row < 4; row++) {
      const values = merged.factors.get(path)!.a.subarray(row * inFeatures, (row + 1) * inFeatures);
      expect(squaredNorm(Float64Array.from(values))).toBeCloseTo(expected, 6);
    }
  }
});

describe("does not depend on", () => {
  it("the order of the contributors", async () => {
    const forward = await merge(mixed, weights, { rank: 5 });
    const backward = await merge(mixed.toReversed(), weights.toReversed(), { rank: 5 });
    expectSameUpdate(forward.merged, backward.merged);
  });

  it("a rotation of a contributor's factors", async () => {
    const rotated = [rotate(mixed[0]!), ...mixed.slice(1)];
    const plain = await merge(mixed, weights, { rank: 5 });
    const turned = await merge(rotated, weights, { rank: 5 });
    expectSameUpdate(turned.merged, plain.merged);
  });
});

describe("rank-deficient work", () => {
  it("the same adapter twice merges to itself at its own rank", async () => {
    const [one] = three;
    const { merged, relativeError } = await merge([one!, one!], [1, 2], { rank: 4 });
    expectSameUpdate(merged, one!);
    expect(relativeError).toBeLessThan(1e-12);
  });

  it("a zero adapter takes its share of the mean", async () => {
    const [one] = three;
    const { merged } = await merge([one!, zero(4)], [3, 1], { rank: 8 });
    for (const module of modules) {
      const expected = denseUpdate(module, one!).map((value) => 0.75 * value);
      expect(squaredDistance(denseUpdate(module, merged), expected)).toBeLessThan(1e-12);
    }
  });

  it("zero adapters alone give a zero update, finite throughout", async () => {
    const { merged, relativeError } = await merge([zero(2), zero(2)], [1, 1], { rank: 2 });
    for (const module of modules) expect(squaredNorm(denseUpdate(module, merged))).toBe(0);
    expect(relativeError).toBe(0);
  });

  it("a direction of A that nobody moved costs no accuracy", async () => {
    const [one, two] = three;
    const sameA = {
      ...two!,
      factors: new Map([...two!.factors].map(([path, { b }]) => [path, { a: one!.factors.get(path)!.a, b }])),
    };
    const { merged } = await merge([one!, sameA], [1, 1], { rank: 4 });
    for (const module of modules) {
      expect(
        squaredDistance(denseUpdate(module, merged), denseMean(module, [one!, sameA], [1, 1])),
      ).toBeLessThan(1e-12);
    }
  });
});

it("rank auto is the smallest power of two that loses at most one per cent, and never above the stack's", async () => {
  const { rank, relativeError } = await merge(mixed, weights, { rank: "auto" });
  const lower = await merge(mixed, weights, { rank: rank === 13 ? 8 : rank / 2 });
  expect(relativeError).toBeLessThanOrEqual(0.01);
  expect(lower.relativeError).toBeGreaterThan(0.01);
  expect((await merge([three[0]!], [1], { rank: "auto" })).rank).toBe(4);
});

it("writes a config that gives every consumer the scale 1", async () => {
  const { out } = await merge(mixed, weights, { rank: 5 });
  expect(JSON.parse(readFileSync(join(out, "adapter_config.json"), "utf8"))).toMatchObject({
    r: 5,
    lora_alpha: 5,
    use_rslora: false,
    rank_pattern: {},
    alpha_pattern: {},
    target_modules: ["down_proj", "q_proj", "up_proj"],
    base_model_name_or_path: "toy",
    task_type: "CAUSAL_LM",
    inference_mode: true,
  });
});

it("refuses to average factors of different ranks, and weights that are not positive", async () => {
  await expect(merge(mixed, weights, { method: "fedavg" })).rejects.toThrow("rank 3 and 4");
  await expect(merge(three, [1, 0, 1])).rejects.toThrow("weight 0");
});

function expectSameUpdate(x: DenseAdapter, y: DenseAdapter): void {
  for (const module of modules)
    expect(squaredDistance(denseUpdate(module, x), denseUpdate(module, y))).toBeLessThan(1e-12);
}

function zero(rank: number): DenseAdapter {
  const plain = randomAdapter(modules, rank, rank, 1);
  return {
    ...plain,
    factors: new Map([...plain.factors].map(([path, { a, b }]) => [path, { a, b: b.map(() => 0) }])),
  };
}

/** The first two components of every module turned by the angle whose cosine is 0.6. */
function rotate(adapter: DenseAdapter): DenseAdapter {
  const { rank } = adapter;
  const factors = [...adapter.factors].map(([path, { a, b }]) => {
    const width = a.length / rank;
    const [x, y] = [a.slice(), b.slice()];
    for (let i = 0; i < width; i++) {
      x[i] = 0.6 * a[i]! - 0.8 * a[width + i]!;
      x[width + i] = 0.8 * a[i]! + 0.6 * a[width + i]!;
    }
    for (let o = 0; o < b.length; o += rank) {
      y[o] = 0.6 * b[o]! - 0.8 * b[o + 1]!;
      y[o + 1] = 0.8 * b[o]! + 0.6 * b[o + 1]!;
    }
    return [path, { a: x, b: y }] as const;
  });
  return { ...adapter, factors: new Map(factors) };
}
