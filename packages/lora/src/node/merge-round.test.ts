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
import {
  mergeNextStart,
  mergeRound,
  type NextStartOptions,
  type RoundAdapter,
  type RoundOptions,
} from "./merge-round.ts";
import type { MergeResult } from "./merge-terms.ts";

const modules: AdaptedModule[] = [
  { path: "model.layers.0.self_attn.q_proj", inFeatures: 24, outFeatures: 30 },
  { path: "model.layers.0.mlp.down_proj", inFeatures: 201, outFeatures: 17 },
];
const rank = 4;
const alpha = 8;
const weights = [100, 250, 37];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lora-"));
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
const lastMean = trainedFrom(start, 20, 0.3);
const work = [11, 12, 13].map((seed) => trainedFrom(start, seed, 0.3));

const inputsOf = (adapters: readonly DenseAdapter[], clips?: readonly number[]) =>
  adapters.map((adapter, i) => ({ ...saved(adapter), weight: weights[i]!, clip: clips?.[i] }));

async function round(adapters: readonly DenseAdapter[], options: Partial<RoundOptions> = {}) {
  const out = join(folder, `round-${files++}`);
  return await mergeRound({
    ...{ adapters: inputsOf(adapters), modules, baseModel: "toy", rank, threads: 1, out },
    ...options,
  });
}

async function nextStart(adapters: readonly DenseAdapter[], options: Partial<NextStartOptions> = {}) {
  const [out, meanOut] = [join(folder, `start-${files++}`), join(folder, `mean-${files++}`)];
  const made = await mergeNextStart({
    ...{ adapters: inputsOf(adapters), start: saved(start), lastMean: saved(lastMean), momentum: 0.5 },
    ...{ modules, baseModel: "toy", threads: 1, out, meanOut },
    ...options,
  });
  const read = async ({ file }: MergeResult) => ({ ...(await readAdapter(file, rank)), alpha });
  return { ...made, dense: { start: await read(made.start), mean: await read(made.mean) } };
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

/** Σ c_i A_i of one module. */
function sumOfA({ path }: AdaptedModule, terms: readonly (readonly [number, DenseAdapter])[]): Float64Array {
  const sum = new Float64Array(terms[0]![1].factors.get(path)!.a.length);
  for (const [factor, adapter] of terms) {
    for (const [at, value] of adapter.factors.get(path)!.a.entries()) sum[at]! += factor * value;
  }
  return sum;
}

/** ΔW less its part in the row space of A (rank x inFeatures), which Gram and Schmidt's rows span. */
function outsideOf({ inFeatures }: AdaptedModule, update: Float64Array, a: Float64Array): Float64Array {
  const rows: Float64Array[] = [];
  const dot = (x: Float64Array, y: Float64Array) => x.reduce((total, value, i) => total + value * y[i]!, 0);
  const without = (x: Float64Array) => {
    for (const row of rows) {
      const part = dot(x, row);
      for (const [i, value] of row.entries()) x[i]! -= part * value;
    }
    return x;
  };
  for (let at = 0; at < a.length; at += inFeatures) {
    const row = without(without(a.slice(at, at + inFeatures)));
    const norm = Math.sqrt(squaredNorm(row));
    rows.push(row.map((value) => value / norm));
  }
  const outside = update.slice();
  for (let at = 0; at < outside.length; at += inFeatures) without(outside.subarray(at, at + inFeatures));
  return outside;
}

/** That an adapter's A is Σ c_i A_i, and its update Σ c_i ΔW_i as far as that A reaches. */
function expectAligned(made: DenseAdapter, terms: readonly (readonly [number, DenseAdapter])[]): void {
  for (const module of modules) {
    const a = sumOfA(module, terms);
    expect(squaredDistance(Float64Array.from(made.factors.get(module.path)!.a), a)).toBeLessThan(1e-13);
    const sum = denseSum(module, terms);
    const outside = outsideOf(module, sum, a);
    const inside = sum.map((value, i) => value - outside[i]!);
    expect(squaredDistance(denseUpdate(module, made), inside)).toBeLessThan(1e-11);
  }
}

const mean = [100, 250, 37].map((weight, i) => [weight / 387, work[i]!] as const);

describe("the mean of a round", () => {
  it("has the bytes of the plain mean, wherever it started", async () => {
    const common = { modules, baseModel: "toy", rank, threads: 1 };
    const plain = await mergeAdapters({ adapters: inputsOf(work), ...common, out: join(folder, "plain") });
    const ours = await round(work, { start: saved(start) });
    expect(readFileSync(ours.file).equals(readFileSync(plain.file))).toBe(true);
  });

  it("clips an update about the start, not about zero", async () => {
    const clips = [1, 0.25, 0.5];
    const adapters = inputsOf(work, clips);
    const result = await round(work, { adapters, start: saved(start), rank: 16 });
    await expectSum(result, [[1, start], ...contributed(work, 1, clips)]);
  });

  it("costs the others no digit where one adapter is large in A and small in B", async () => {
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
    await expectSum(
      await round(same, { rank: 12 }),
      [100, 250, 37].map((weight, i) => [weight / 387, same[i]!]),
    );
  });
});

describe("what the next round starts from, against dense f64 algebra", () => {
  it("is M + μ(M − last M), with its A the same sum of the contributors' A", async () => {
    const { dense } = await nextStart(work);
    expectAligned(dense.mean, mean);
    expectAligned(dense.start, [...mean.map(([p, one]) => [1.5 * p, one] as const), [-0.5, lastMean]]);
  });

  it("tells the share of the sum's squared size that its A does not reach", async () => {
    const { mean: made } = await nextStart(work);
    const ofModules = modules.map((module) => {
      const sum = denseSum(module, mean);
      return [squaredNorm(outsideOf(module, sum, sumOfA(module, mean))), squaredNorm(sum)] as const;
    });
    const [missed, total] = [0, 1].map((k) => ofModules.reduce((sum, one) => sum + one[k]!, 0));
    expect(made.relativeError).toBeCloseTo(missed! / total!, 10);
    expect(made.relativeError).toBeGreaterThan(1e-4);
  });

  it("is the mean itself without momentum", async () => {
    const { start: made, mean: same } = await nextStart(work, { momentum: 0 });
    expect(readFileSync(made.file).equals(readFileSync(same.file))).toBe(true);
  });

  it("is clipped about the start, in A as in the update", async () => {
    const clips = [1, 0.25, 0.5];
    const { dense } = await nextStart(work, { adapters: inputsOf(work, clips) });
    const kept = mean.map(([p, one], i) => [p * clips[i]!, one] as const);
    const left = 1 - kept.reduce((sum, [p]) => sum + p, 0);
    expectAligned(dense.mean, [...kept, [left, start]]);
  });

  it("is the contributors' own adapter where all have the same", async () => {
    const { dense, mean: made } = await nextStart([work[0]!, work[0]!, work[0]!]);
    expectAligned(dense.mean, [[1, work[0]!]]);
    expect(made.relativeError).toBeLessThan(1e-12);
  });

  it("has A alone where nobody learned anything, and no direction where A has none", async () => {
    const idle = {
      ...start,
      factors: new Map([...start.factors].map(([path, { a, b }]) => [path, { a, b: b.map(() => 0) }])),
    };
    const dead = {
      ...idle,
      factors: new Map([...idle.factors].map(([path, { a, b }]) => [path, { a: a.map(() => 0), b }])),
    };
    for (const nobody of [idle, dead]) {
      const { mean: made, dense } = await nextStart([nobody, nobody], { lastMean: saved(nobody) });
      expect(made.relativeError).toBe(0);
      for (const module of modules) {
        expect(squaredNorm(denseUpdate(module, dense.start))).toBe(0);
        expect(dense.start.factors.get(module.path)!.a.every(Number.isFinite)).toBe(true);
      }
    }
  });

  it("is written for the job's alpha", async () => {
    const { start: made } = await nextStart(work);
    const config = JSON.parse(readFileSync(join(made.file, "..", "adapter_config.json"), "utf8"));
    expect(config).toMatchObject({ r: rank, lora_alpha: alpha });
  });

  it("follows DiLoCo's recurrence over three rounds that all share one A", async () => {
    const zero = modules.map(({ inFeatures, outFeatures }) => new Float64Array(outFeatures * inFeatures));
    const expected = { s: [...zero], v: [...zero] };
    const still = {
      ...start,
      factors: new Map([...start.factors].map(([path, { a, b }]) => [path, { a, b: b.map(() => 0) }])),
    };
    let [s, m]: [DenseAdapter, DenseAdapter] = [still, still];
    for (const seed of [1, 2, 3]) {
      const done = [10 * seed, 10 * seed + 1].map((one) => {
        const trained = trainedFrom(randomAdapter(modules, rank, alpha, one), one, 0.4);
        return {
          ...s,
          factors: new Map(
            [...s.factors].map(([path, { a }]) => [path, { a, b: trained.factors.get(path)!.b }]),
          ),
        };
      });
      for (const [i, module] of modules.entries()) {
        const moved = denseMean(module, done, weights.slice(0, 2)).map(
          (value, at) => 0.5 * expected.v[i]![at]! + value - expected.s[i]![at]!,
        );
        expected.s[i] = expected.s[i]!.map(
          (value, at) => value + (moved[at]! - 0.5 * expected.v[i]![at]!) + 0.5 * moved[at]!,
        );
        expected.v[i] = moved;
      }
      const { dense } = await nextStart(done, { start: saved(s), lastMean: saved(m) });
      [s, m] = [dense.start, dense.mean];
    }
    for (const [i, module] of modules.entries())
      expect(squaredDistance(denseUpdate(module, s), expected.s[i]!)).toBeLessThan(1e-11);
  });

  it("does not depend on threads, nor its update on the contributors' order", async () => {
    const one = await nextStart(work);
    const three = await nextStart(work, { threads: 3 });
    expect(readFileSync(one.start.file).equals(readFileSync(three.start.file))).toBe(true);
    const turned = await nextStart([], { adapters: inputsOf(work).reverse() });
    for (const module of modules) {
      const [x, y] = [denseUpdate(module, turned.dense.start), denseUpdate(module, one.dense.start)];
      expect(squaredDistance(x, y)).toBeLessThan(1e-12);
    }
  });
});

it.each([1, -0.1, Number.NaN])("refuses a momentum of %d", async (momentum) => {
  await expect(nextStart(work, { momentum })).rejects.toThrow("The momentum is");
});

it("refuses factors that have no mean, being of different ranks", async () => {
  const wide = saved(randomAdapter(modules, 6, 6, 30));
  await expect(nextStart(work, { lastMean: wide })).rejects.toThrow("rank 4 and 6");
});
