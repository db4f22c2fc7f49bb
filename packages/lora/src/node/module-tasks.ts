import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { notFinite } from "../adapter-error.ts";
import { type Kernels, loadKernels } from "../kernels.ts";
import type { AdaptedModule } from "../layout.ts";
import { type AdapterFigures, measureModule } from "../measure-module.ts";
import { mergeAligned } from "../merge-aligned.ts";
import {
  type InitialFactor,
  type MergedModule,
  type MergeMethod,
  mergeFedavg,
  mergeSvd,
  type Share,
  spectrumOf,
} from "../merge-module.ts";
import type { TensorInfo } from "../safetensors-read.ts";
import {
  type FactorBytes,
  loadFactor,
  type PairBytes,
  type StackedModule,
  stackModule,
} from "../stacked-module.ts";
import type { AdapterFile } from "./adapter-file.ts";

/** The files that every task of a pass reads. */
export interface TaskInputs {
  readonly modules: readonly AdaptedModule[];
  readonly adapters: readonly AdapterFile[];
  readonly shares: readonly Share[];
  /** The job's initial adapter, for the checks and for results that are trained on. */
  readonly initial?: AdapterFile;
}

/** The methods that compute; the exact stack is written without (writeStack). */
export type PooledMethod = Exclude<MergeMethod, "exact">;

/** What one pass over all modules does with each. */
export type Pass =
  /** `fromLast`: see measureModule. */
  | { readonly kind: "measure"; readonly fromLast: boolean }
  | { readonly kind: "spectrum" }
  | {
      readonly kind: "merge";
      readonly method: PooledMethod;
      readonly rank: number;
      /** alpha / rank with which the result will be loaded. */
      readonly scale: number;
      readonly out: string;
      /** Where each module's A and B begin in `out`. */
      readonly offsets: readonly { a: number; b: number }[];
    };

export interface PassResults {
  measure: AdapterFigures;
  spectrum: Float64Array;
  merge: { total: number; missed: number };
}

/** Runs passes module by module, synchronously, with one kernel memory. `close` closes the files. */
export function createModuleTasks(inputs: TaskInputs) {
  const kernels = loadKernels();
  const files = new Map<string, number>();
  const fileOf = (path: string, flags: string) => {
    const known = files.get(path);
    if (known !== undefined) return known;
    const opened = openSync(path, flags);
    files.set(path, opened);
    return opened;
  };
  const bytesOf = (path: string, { name, dtype, offset }: TensorInfo): FactorBytes => ({
    name,
    file: path,
    dtype,
    read: (target) => readFully(fileOf(path, "r"), target, offset),
  });

  const stackOf = (index: number): StackedModule => {
    kernels.release();
    const sources: PairBytes[] = inputs.adapters.map(({ path, rank, tensors }) => ({
      rank,
      a: bytesOf(path, tensors[index]!.a),
      b: bytesOf(path, tensors[index]!.b),
    }));
    return stackModule(kernels, inputs.modules[index]!, sources);
  };
  const initialOf = (index: number): InitialFactor | undefined => {
    if (!inputs.initial) return undefined;
    const { path, rank, tensors } = inputs.initial;
    const count = rank * inputs.modules[index]!.inFeatures;
    const { a } = tensors[index]!;
    const pointer = loadFactor(kernels, bytesOf(path, a), count);
    if (!kernels.allFinite(pointer, count)) throw notFinite(a.name, path);
    return { a: pointer, rank };
  };

  return {
    run(pass: Pass, index: number): PassResults[Pass["kind"]] {
      const stack = stackOf(index);
      if (pass.kind === "measure") {
        return measureModule(kernels, stack, inputs.shares, initialOf(index), pass.fromLast);
      }
      if (pass.kind === "spectrum") return spectrumOf(kernels, stack, inputs.shares);
      const merged = mergeOne(kernels, stack, inputs.shares, pass, initialOf(index));
      const out = fileOf(pass.out, "r+");
      const { inFeatures, outFeatures } = stack.module;
      const { a, b } = pass.offsets[index]!;
      writeFully(out, kernels.bytes(merged.a, pass.rank * inFeatures * 4), a);
      writeFully(out, kernels.bytes(merged.b, pass.rank * outFeatures * 4), b);
      return { total: merged.total, missed: merged.missed };
    },
    close() {
      for (const file of files.values()) closeSync(file);
      files.clear();
    },
  };
}

function mergeOne(
  kernels: Kernels,
  stack: StackedModule,
  shares: readonly Share[],
  { method, rank, scale }: { method: PooledMethod; rank: number; scale: number },
  initial: InitialFactor | undefined,
): MergedModule {
  if (method === "fedavg") return mergeFedavg(kernels, stack, shares);
  if (method === "aligned") return mergeAligned(kernels, stack, shares, scale);
  return mergeSvd(kernels, stack, shares, { rank, scale, initial });
}

function readFully(file: number, target: Uint8Array, position: number): void {
  for (let done = 0; done < target.length; ) {
    const bytesRead = readSync(file, target, done, target.length - done, position + done);
    if (bytesRead === 0) throw new RangeError(`an adapter file ended at byte ${position + done}`);
    done += bytesRead;
  }
}

function writeFully(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}
