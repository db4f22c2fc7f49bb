import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AdaptedModule } from "../layout.ts";
import { type DenseAdapter, randomAdapter, readAdapter, writeAdapter } from "../testing/adapters.ts";
import { denseMean, denseUpdate, squaredDistance, squaredNorm } from "../testing/dense.ts";
import { normals } from "../testing/random.ts";
import { mergeAdapters } from "./merge-adapters.ts";
import { mergeRound, type RoundAdapter, type RoundOptions } from "./merge-round.ts";
import { writeInitialAdapter } from "./write-initial-adapter.ts";

const modules: AdaptedModule[] = [
  { path: "model.layers.0.self_attn.q_proj", inFeatures: 24, outFeatures: 30 },
  { path: "model.layers.0.mlp.down_proj", inFeatures: 201, outFeatures: 17 },
];
const rank = 4;
const alpha = 8;
const weights = [100, 250, 37];

let folder: string;
let initial: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lora-"));
  initial = join(folder, "initial.safetensors");
  await writeInitialAdapter(initial, { seed: 1, modules, rank });
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
function saved(adapter: DenseAdapter): RoundAdapter & { dense: DenseAdapter } {
  const file = join(folder, `${files++}.safetensors`);
  writeAdapter(file, modules, adapter);
  return { file, rank: adapter.rank, alpha: adapter.alpha, dense: adapter };
}

/** Training leaves an adapter near its start: every value moves by `size` times its factor's spread. */
function trainedFrom(start: DenseAdapter, seed: number, size: number): DenseAdapter {
  const normal = normals(seed);
  const factors = [...start.factors].map(([path, { a, b }]) => {
    const move = (values: Float32Array) => {
      const spread = Math.sqrt(squaredNorm(Float64Array.from(values)) / values.length);
      return values.map((value) => value + size * spread * normal());
    };
    return [path, { a: move(a), b: move(b) }] as const;
  });
  return { ...start, factors: new Map(factors) };
}

const start = randomAdapter(modules, rank, alpha, 10);
const momentum = randomAdapter(modules, 6, 6, 20);
const work = [11, 12, 13].map((seed) => trainedFrom(start, seed, 0.3));

async function round(adapters: readonly DenseAdapter[], options: Partial<RoundOptions> = {}) {
  const out = join(folder, `round-${files++}`);
  return await mergeRound({
    adapters: adapters.map((adapter, i) => ({ ...saved(adapter), weight: weights[i]! })),
    outer: { momentum: 0, rate: 1 },
    modules,
    baseModel: "toy",
    rank,
    threads: 1,
    out,
    ...options,
  });
}

/** Σ c_i ΔW_i in dense f64 algebra. */
function denseSum(module: AdaptedModule, terms: readonly (readonly [number, DenseAdapter])[]): Float64Array {
  const sum = new Float64Array(module.outFeatures * module.inFeatures);
  for (const [factor, adapter] of terms) {
    for (const [at, value] of denseUpdate(module, adapter).entries()) sum[at]! += factor * value;
  }
  return sum;
}

/** The mean of the contributors, each pulled back by its clip factor to `start`. */
const contributed = (adapters: readonly DenseAdapter[], factor: number, clips = adapters.map(() => 1)) => {
  const total = weights.slice(0, adapters.length).reduce((sum, weight) => sum + weight, 0);
  return adapters.flatMap((adapter, i) => {
    const share = (factor * clips[i]! * weights[i]!) / total;
    return [[share, adapter] as const, [-share, start] as const];
  });
};

async function expectSum(
  result: { file: string; rank: number },
  terms: readonly (readonly [number, DenseAdapter])[],
  resultAlpha = result.rank,
  tolerance = 1e-12,
): Promise<void> {
  const written = { ...(await readAdapter(result.file, result.rank)), alpha: resultAlpha };
  for (const module of modules) {
    expect(squaredDistance(denseUpdate(module, written), denseSum(module, terms))).toBeLessThan(tolerance);
  }
}

describe("the outer step against dense f64 algebra", () => {
  const outer = { momentum: 0.5, rate: 0.8 };

  it("is S + η(D + μ(μV + D)), and the momentum μV + D", async () => {
    const options = { start: saved(start), momentum: saved(momentum), outer, rank: 22 };
    const momentumOut = { folder: join(folder, "momentum"), rank: 22 };
    const result = await round(work, { ...options, momentumOut });
    await expectSum(result.next, [[1, start], ...contributed(work, 0.8 * 1.5), [0.8 * 0.25, momentum]]);
    await expectSum(result.momentum!, [...contributed(work, 1), [0.5, momentum]]);
  });

  it("clips an update about the start, not about zero", async () => {
    const clips = [1, 0.25, 0.5];
    const result = await round(work, {
      adapters: work.map((adapter, i) => ({ ...saved(adapter), weight: weights[i]!, clip: clips[i]! })),
      start: saved(start),
      rank: 16,
    });
    await expectSum(result.next, [[1, start], ...contributed(work, 1, clips)]);
  });

  it("keeps the digits where all contributors barely left their common start", async () => {
    const near = [21, 22, 23].map((seed) => trainedFrom(start, seed, 1e-3));
    const momentumOut = { folder: join(folder, "near"), rank: 16 };
    const result = await round(near, { start: saved(start), outer, momentumOut, rank: 16 });
    await expectSum(result.next, [[1, start], ...contributed(near, 0.8 * 1.5)]);
    await expectSum(result.momentum!, contributed(near, 1), 16, 1e-7);
  });

  it("is a zero momentum, finite throughout, where nobody moved", async () => {
    const momentumOut = { folder: join(folder, "idle"), rank: 8 };
    const result = await round([start, start, start], { start: saved(start), outer, momentumOut });
    expect(result.momentum!.relativeError).toBe(0);
    const idle = await readAdapter(result.momentum!.file, 8);
    for (const module of modules) {
      const left = squaredNorm(denseUpdate(module, idle)) / squaredNorm(denseUpdate(module, start));
      expect(left).toBeLessThan(1e-12);
    }
    await expectSum(result.next, [[1, start]]);
  });

  it("one side's components being large in A and small in B costs the others no digit", async () => {
    const lopsided = {
      ...work[0]!,
      factors: new Map(
        [...work[0]!.factors].map(([path, { a, b }]) => [
          path,
          { a: a.map((value) => value * 2 ** 26), b: b.map((value) => value * 2 ** -26) },
        ]),
      ),
    };
    const same = [lopsided, work[0]!, work[1]!];
    const result = await round(same, { start: saved(start), outer, rank: 16 });
    await expectSum(result.next, [[1, start], ...contributed(same, 0.8 * 1.5)]);
  });

  it("a start written for the job's alpha is the sum when loaded with it", async () => {
    const trainOn = { file: initial, rank, alpha };
    const { next } = await round([work[0]!], { split: { trainOn } });
    await expectSum(next, [[1, work[0]!]], alpha);
    const config = JSON.parse(readFileSync(join(next.file, "..", "adapter_config.json"), "utf8"));
    expect(config).toMatchObject({ r: rank, lora_alpha: alpha });
  });
});

describe("without momentum at rate 1", () => {
  it("the outer step writes the bytes of the plain mean, wherever it started", async () => {
    const adapters = work.map((adapter, i) => ({ ...saved(adapter), weight: weights[i]! }));
    const split = { trainOn: { file: initial, rank } };
    const common = { modules, baseModel: "toy", rank, split, threads: 1 };
    const plain = await mergeAdapters({ adapters, ...common, out: join(folder, "plain") });
    const options = { adapters, split, start: saved(start), momentum: saved(momentum) };
    const momentumOut = { folder: join(folder, "none"), rank };
    const stepped = await round([], { ...options, momentumOut });
    expect(readFileSync(stepped.next.file).equals(readFileSync(plain.file))).toBe(true);
    expect(stepped.momentum).toBeUndefined();
  });

  it("two rounds of one contributor end with that contributor's adapter", async () => {
    const split = { trainOn: { file: initial, rank, alpha } };
    const first = await round([work[0]!], { split });
    const written = { ...(await readAdapter(first.next.file, rank)), alpha };
    const again = trainedFrom(written, 31, 0.2);
    const second = await round([again], { start: { file: first.next.file, rank, alpha } });
    await expectSum(second.next, [[1, again]]);
  });
});

it("three rounds with momentum follow DiLoCo's recurrence from a zero start", async () => {
  const whole = 24; // the smaller side of the largest module: nothing is cut off
  const zero = modules.map(({ inFeatures, outFeatures }) => new Float64Array(outFeatures * inFeatures));
  const expected = { s: zero, v: zero };
  let s: RoundAdapter | undefined;
  let v: RoundAdapter | undefined;
  for (const seed of [1, 2, 3]) {
    const from = s ? await readAdapter(s.file, whole) : randomAdapter(modules, whole, whole, 0);
    const done = [trainedFrom(from, 10 * seed, 0.4), trainedFrom(from, 10 * seed + 1, 0.4)];
    for (const [i, module] of modules.entries()) {
      const mean = denseMean(module, done, weights.slice(0, 2));
      const moved = mean.map((value, at) => 0.5 * expected.v[i]![at]! + value - expected.s[i]![at]!);
      expected.v = expected.v.with(i, moved);
      expected.s = expected.s.with(
        i,
        mean.map((value, at) => value + 0.5 * moved[at]!),
      );
    }
    const momentumOut = { folder: join(folder, `momentum-${seed}`), rank: whole };
    const outer = { momentum: 0.5, rate: 1 };
    const result = await round(done, { start: s, momentum: v, outer, rank: whole, momentumOut });
    s = { file: result.next.file, rank: whole, alpha: whole };
    v = { file: result.momentum!.file, rank: whole, alpha: whole };
  }
  const last = await readAdapter(s!.file, whole);
  for (const [i, module] of modules.entries())
    expect(squaredDistance(denseUpdate(module, last), expected.s[i]!)).toBeLessThan(1e-11);
});

it("the bytes do not depend on threads, and the update not on the contributors' order", async () => {
  const options = { start: saved(start), momentum: saved(momentum), outer: { momentum: 0.5, rate: 1 } };
  const one = await round(work, options);
  const three = await round(work, { ...options, threads: 3 });
  expect(readFileSync(one.next.file).equals(readFileSync(three.next.file))).toBe(true);
  const adapters = work.map((adapter, i) => ({ ...saved(adapter), weight: weights[i]! })).reverse();
  const turned = await round([], { ...options, adapters });
  await expectSum(turned.next, [[1, await readAdapter(one.next.file, rank)]]);
});

it.each([
  { momentum: 1, rate: 1 },
  { momentum: -0.1, rate: 1 },
  { momentum: 0.5, rate: 0 },
  { momentum: 0.5, rate: Number.NaN },
])("refuses an outer step of momentum $momentum and rate $rate", async (outer) => {
  await expect(round(work, { outer })).rejects.toThrow("outer step has momentum");
});
