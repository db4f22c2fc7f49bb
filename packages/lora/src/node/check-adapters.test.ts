import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initialA } from "../initial-adapter.ts";
import type { AdaptedModule } from "../layout.ts";
import { adapterBytes, type DenseAdapter } from "../testing/adapters.ts";
import { normals } from "../testing/random.ts";
import { type CheckOptions, checkAdapters } from "./check-adapters.ts";
import { writeInitialAdapter } from "./write-initial-adapter.ts";

const modules: AdaptedModule[] = [
  { path: "m.q_proj", inFeatures: 48, outFeatures: 40 },
  { path: "m.up_proj", inFeatures: 40, outFeatures: 64 },
];
const rank = 4;
const alpha = 8;
const thresholds = { sameStartCosine: 0.5, copyCosine: 0.9, clipFrom: 3 };
/** About as far as the farthest value of the adapters below. */
const reach = { rateSum: 0.4, least: 0.3, most: 1.3 };

let folder: string;
let initial: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lora-"));
  initial = join(folder, "initial.safetensors");
  await writeInitialAdapter(initial, { seed: 1, modules, rank });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As training leaves an adapter: A near its start, B partly a direction that every contributor shares. */
function trained(seed: number, { start = 1, size = 1 } = {}): DenseAdapter {
  const own = normals(seed);
  const common = normals(0);
  const factors = modules.map((module) => {
    const a = initialA(start, module, rank).map(
      (value) => value + (0.3 * own()) / Math.sqrt(module.inFeatures),
    );
    const b = Float32Array.from(
      { length: module.outFeatures * rank },
      () => size * (0.05 * common() + 0.06 * own()),
    );
    return [module.path, { a, b }] as const;
  });
  return { rank, alpha, factors: new Map(factors) };
}

/** A as the job drew it, B zero. */
function startOnly(): DenseAdapter["factors"] {
  const untrained = modules.map((module) => {
    const b = new Float32Array(module.outFeatures * rank);
    return [module.path, { a: initialA(1, module, rank), b }] as const;
  });
  return new Map(untrained);
}

/** A file of F32 as one of BF16, each value rounded to the nearest. */
function halved(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer);
  const length = Number(view.getBigUint64(0, true));
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  const changed = header
    .replaceAll('"F32"', '"BF16"')
    .replace(/"data_offsets":\[(\d+),(\d+)\]/g, (_, from, to) => `"data_offsets":[${from / 2},${to / 2}]`)
    .padEnd(length);
  const out = new Uint8Array(8 + length + (bytes.length - 8 - length) / 2);
  out.set(bytes.subarray(0, 8));
  out.set(new TextEncoder().encode(changed), 8);
  const target = new DataView(out.buffer);
  for (let at = 8 + length, to = at; at < bytes.length; at += 4, to += 2)
    target.setUint16(to, (view.getUint32(at, true) + 0x8000) >>> 16, true);
  return out;
}

/** The same update through other factors: A -> Q A, B -> B Qᵀ for an orthogonal Q, with a little noise on B. */
function rotatedCopy({ factors }: DenseAdapter, noise = 0): DenseAdapter {
  const normal = normals(99);
  const turned = [...factors].map(([path, { a, b }]) => {
    const width = a.length / rank;
    const [x, y] = [a.slice(), b.slice()];
    for (let i = 0; i < width; i++)
      [x[i], x[width + i]] = [0.6 * a[i]! - 0.8 * a[width + i]!, 0.8 * a[i]! + 0.6 * a[width + i]!];
    for (let o = 0; o < b.length; o += rank)
      [y[o], y[o + 1]] = [0.6 * b[o]! - 0.8 * b[o + 1]!, 0.8 * b[o]! + 0.6 * b[o + 1]!];
    return [path, { a: x, b: y.map((value) => value + noise * normal()) }] as const;
  });
  return { rank, alpha, factors: new Map(turned) };
}

let checks = 0;

async function check(
  adapters: readonly (DenseAdapter | Uint8Array)[],
  { least = reach.least, ...options }: Partial<CheckOptions> & { least?: number } = {},
) {
  const inputs = adapters.map((adapter, i) => {
    const file = join(folder, `check-${checks}-${i}.safetensors`);
    writeFileSync(file, adapter instanceof Uint8Array ? adapter : adapterBytes(modules, adapter));
    return { name: `contributor ${i}`, file, alpha, reach: { ...reach, least } };
  });
  checks++;
  return await checkAdapters({
    adapters: inputs,
    modules,
    rank,
    initial,
    thresholds,
    threads: 1,
    ...options,
  });
}

/** The failed checks of each adapter. */
const failures = (verdicts: Awaited<ReturnType<typeof check>>) =>
  verdicts.map(({ checks }) =>
    checks.filter(({ verdict }) => verdict === "failed").map(({ check }) => check),
  );

const honest = [trained(1), trained(2), trained(3)];

it("honest adapters pass every check, and none is scaled up", async () => {
  const verdicts = await check(honest);
  expect(failures(verdicts)).toEqual([[], [], []]);
  for (const { clip } of verdicts) expect(clip).toBeLessThanOrEqual(1);
});

it("an adapter of another job's start is refused", async () => {
  const verdicts = await check([...honest, trained(4, { start: 2 })]);
  expect(failures(verdicts)).toEqual([[], [], [], ["same-start"]]);
  expect(verdicts[3]!.checks[1]!.figure).toBeLessThan(0.2);
});

it("what long training leaves of the start in a wide module passes, and another start does not", async () => {
  const wide: AdaptedModule[] = [{ path: "m.down_proj", inFeatures: 3584, outFeatures: 8 }];
  const file = join(folder, "wide.safetensors");
  await writeInitialAdapter(file, { seed: 1, modules: wide, rank });
  // A rate of 2e-4 over 1,000 steps comes to 0.1, ten times what the start's values are.
  const rateSum = 0.1;
  const drifted = (start: number): DenseAdapter => {
    const normal = normals(30);
    const a = initialA(start, wide[0]!, rank).map((value) => value + 0.4 * rateSum * normal());
    const b = Float32Array.from({ length: 8 * rank }, () => 0.4 * rateSum * normal());
    return { rank, alpha, factors: new Map([["m.down_proj", { a, b }]]) };
  };
  const adapters = [drifted(1), drifted(2)].map((adapter, i) => {
    const path = join(folder, `wide-${i}.safetensors`);
    writeFileSync(path, adapterBytes(wide, adapter));
    return { name: `contributor ${i}`, file: path, alpha, reach: { rateSum, least: 0.3, most: 2.3 } };
  });
  const options = { adapters, modules: wide, rank, initial: file, thresholds, threads: 1 };
  const starts = (await checkAdapters(options)).map(({ checks }) => checks[1]!);
  expect(starts.map(({ verdict }) => verdict)).toEqual(["passed", "failed"]);
  expect(starts[0]!.figure).toBeLessThan(0.3);
});

it("an adapter that was hardly trained is refused, and so is one scaled up ten times", async () => {
  const verdicts = await check([...honest, trained(5, { size: 0.2 }), trained(6, { size: 10 })]);
  expect(failures(verdicts)).toEqual([[], [], [], ["optimizer-reach"], ["optimizer-reach"]]);
});

it("a value far from its start is refused whichever factor holds it, with nobody beside it to compare with", async () => {
  const { factors } = honest[0]!;
  const moved = (key: "a" | "b"): DenseAdapter => {
    const changed = new Map(
      [...factors].map(([path, both]) => [path, { ...both, [key]: both[key].slice() }]),
    );
    changed.get(modules[1]!.path)![key][7]! += 2;
    return { rank, alpha, factors: changed };
  };
  for (const key of ["a", "b"] as const)
    expect(failures(await check([moved(key)]))).toEqual([["optimizer-reach"]]);
});

it("what half precision rounds off is not counted as training", async () => {
  const [verdict] = await check([halved(adapterBytes(modules, { ...honest[0]!, factors: startOnly() }))]);
  expect(verdict!.checks[2]).toMatchObject({ check: "optimizer-reach", verdict: "failed", figure: 0 });
});

it("of three or more the largest is clipped to the median; of two neither is, whoever is the cheat", async () => {
  const large = trained(7, { size: 1.5 });
  const verdicts = await check([...honest, large]);
  expect(failures(verdicts)).toEqual([[], [], [], []]);
  expect(verdicts[3]!.clip).toBeLessThan(0.8);
  expect((await check([honest[0]!, large])).map(({ clip }) => clip)).toEqual([1, 1]);
});

it.each([0, 0.02])(
  "a copy through rotated factors with noise %d is refused, the original is not",
  async (noise) => {
    const verdicts = await check([...honest, rotatedCopy(honest[1]!, noise)]);
    expect(failures(verdicts).slice(0, 3)).toEqual([[], [], []]);
    expect(failures(verdicts)[3]).toContain("not-a-copy");
    expect(verdicts[3]!.checks.at(-1)!.message).toContain("contributor 1");
  },
);

/** Σ weight_i (B_i A_i) of adapters that share a start is not one of low rank; the mean of both factors is near it. */
function meanOf(adapters: readonly DenseAdapter[]): DenseAdapter {
  const factors = modules.map(({ path }) => {
    const mean = (key: "a" | "b") =>
      adapters[0]!.factors
        .get(path)!
        [key].map((_, i) => adapters.reduce((sum, { factors }) => sum + factors.get(path)![key][i]!, 0) / 3);
    return [path, { a: mean("a"), b: mean("b") }] as const;
  });
  return { rank, alpha, factors: new Map(factors) };
}

it("an average of the earlier adapters is refused, although it is a copy of none", async () => {
  const verdicts = await check([...honest, meanOf(honest)]);
  expect(failures(verdicts)).toEqual([[], [], [], ["not-a-copy"]]);
});

it("a copy is found behind other copies and zero adapters", async () => {
  const verdicts = await check([honest[0]!, trained(8, { size: 0 }), rotatedCopy(honest[0]!), honest[0]!]);
  expect(failures(verdicts)[2]).toContain("not-a-copy");
  expect(failures(verdicts)[3]).toContain("not-a-copy");
  expect(verdicts[3]!.checks.at(-1)!.figure).toBeCloseTo(1, 6);
});

it("a zero adapter is refused for its size", async () => {
  const zero = trained(8, { size: 0 });
  expect(failures(await check([...honest, zero]))[3]).toEqual(["optimizer-reach"]);
});

describe("in a later round, whose start already holds most of every update,", () => {
  const start = trained(20, { size: 3 });
  const next = (seed: number, size = 0.3): DenseAdapter => {
    const moved = trained(seed, { size });
    const factors = [...start.factors].map(([path, { a, b }]) => {
      const more = moved.factors.get(path)!;
      const normal = normals(seed);
      const near = a.map((value) => value + (0.05 * size * normal()) / Math.sqrt(a.length / rank));
      return [path, { a: near, b: b.map((value, i) => value + more.b[i]!) }] as const;
    });
    return { rank, alpha, factors: new Map(factors) };
  };
  const options = () => {
    const file = join(folder, "start.safetensors");
    writeFileSync(file, adapterBytes(modules, start));
    return { initial: file, startAlpha: alpha, least: 0.1 };
  };
  const round = [next(21), next(22), next(23)];

  it("honest work passes, and would not pass if the start were counted with it", async () => {
    expect(failures(await check(round, options()))).toEqual([[], [], []]);
    const { initial } = options();
    expect(failures(await check(round, { initial }))).toEqual([
      ["optimizer-reach"],
      ["optimizer-reach", "not-a-copy"],
      ["optimizer-reach", "not-a-copy"],
    ]);
  });

  it("the start sent back, work scaled up and a copy are each refused", async () => {
    const verdicts = await check([...round, start, next(24, 6), rotatedCopy(round[1]!)], options());
    expect(failures(verdicts).slice(0, 5)).toEqual([[], [], [], ["optimizer-reach"], ["optimizer-reach"]]);
    expect(failures(verdicts)[5]).toContain("not-a-copy");
  });
});

it("one broken file is refused by name and the others are judged without it", async () => {
  const nan = adapterBytes(modules, trained(9));
  new DataView(nan.buffer).setFloat32(nan.length - 4, Number.NaN, true);
  const truncated = adapterBytes(modules, trained(10)).subarray(0, 1000);
  const verdicts = await check([honest[0]!, nan, honest[1]!, truncated, honest[2]!]);
  expect(failures(verdicts)).toEqual([[], ["safetensors"], [], ["safetensors"], []]);
  expect(verdicts[1]!.checks[0]!.message).toContain("not finite");
});
