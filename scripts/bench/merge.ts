import { execFile } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  adapterLayout,
  loraAKey,
  loraBKey,
  type MergeMethod,
  modulesOfLlamaLike,
  planSafetensors,
} from "@trainchain/lora";
import { mergeAdapters } from "@trainchain/lora/node";
import { ensurePython } from "../ensure-python.ts";

const adapters = 5;
const rank = 16;
const alpha = 32;
const rounds = 3;
const layers = 28;
/** No further round begins later than this, so that the whole call ends within four minutes on two cores. */
const lastRoundAfterMs = 100_000;
const qwen = {
  architectures: ["Qwen2ForCausalLM"],
  hidden_size: 1536,
  intermediate_size: 8960,
  num_attention_heads: 12,
  num_key_value_heads: 2,
};
const modulesOf = (count: number) => modulesOfLlamaLike({ ...qwen, num_hidden_layers: count });

interface Measured {
  seconds: number;
  /** Of all threads, the system's work for them included: what a busy machine disturbs least. */
  cpuSeconds: number;
  peakMb: number;
}

const self = fileURLToPath(import.meta.url);
const run = promisify(execFile);

/** Every contender in a process of its own; its start-up and imports are not counted, its peak memory is whole. */
async function measure(command: string, args: string[]): Promise<Measured> {
  const { stdout } = await run(command, args);
  return JSON.parse(stdout.trim().split("\n").at(-1)!);
}

interface Contender {
  name: string;
  command: string;
  args: string[];
  /** Rounds at most. */
  most: number;
}

/** In each round every contender once, so that a busy moment strikes all alike; the fastest round counts. */
async function measureAll(contenders: readonly Contender[]) {
  const best = new Map<string, Measured>();
  const started = performance.now();
  for (let round = 0; round < rounds; round++) {
    if (round > 0 && performance.now() - started > lastRoundAfterMs) break;
    for (const { name, command, args, most } of contenders) {
      if (round >= most) continue;
      const result = await measure(command, args);
      const known = best.get(name);
      const seconds = Math.min(result.seconds, known?.seconds ?? result.seconds);
      const cpuSeconds = Math.min(result.cpuSeconds, known?.cpuSeconds ?? result.cpuSeconds);
      best.set(name, { seconds, cpuSeconds, peakMb: Math.max(result.peakMb, known?.peakMb ?? 0) });
    }
  }
  return best;
}

export default {
  name: "merge",
  about:
    "five Qwen2.5-1.5B-shaped all-linear rank-16 adapters merged, ours beside torch, PEFT and a plain copy",
  async run() {
    const python = await ensurePython();
    const folder = mkdtempSync(join(tmpdir(), "bench-merge-"));
    const peers = fileURLToPath(new URL("./merge_peers.py", import.meta.url));
    const ours = (name: string, mode: string, of = { adapters, layers }, most = rounds): Contender => ({
      name,
      command: process.execPath,
      args: [self, mode, folder, String(of.adapters), String(of.layers)],
      most,
    });
    const peer = (mode: string, most = rounds): Contender => ({
      name: mode,
      command: python,
      args: [peers, mode, folder],
      most,
    });
    try {
      for (let i = 0; i < adapters; i++) {
        writeRandomAdapter(adapterFile(folder, i, layers), i + 1, layers);
        writeRandomAdapter(adapterFile(folder, i, layers / 2), i + 1, layers / 2);
      }
      const best = await measureAll([
        ours("ours svd", "svd"),
        peer("torch-gram"),
        ours("ours exact", "exact"),
        ours("copy", "copy"),
        peer("torch-cat"),
        ours("ours svd of 2", "svd", { adapters: 2, layers }),
        ours("ours exact of 2", "exact", { adapters: 2, layers }),
        ours("ours svd, half", "svd", { adapters, layers: layers / 2 }),
        ours("ours exact, half", "exact", { adapters, layers: layers / 2 }),
        ours("ours auto", "auto", { adapters, layers }, 1),
        ours("ours fedavg", "fedavg", { adapters, layers }, 1),
        peer("peft-cat", 1),
        peer("peft-svd", 1),
      ]);
      return report(best);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function report(best: ReadonlyMap<string, Measured>) {
  const notes: Record<string, string> = {
    copy: "plain copy of the exact result's bytes",
    "ours svd of 2": "two contributors",
    "ours exact of 2": "two contributors",
    "ours svd, half": "half of the modules",
    "ours exact, half": "half of the modules",
    "ours auto": "svd with the rank chosen: two passes; random adapters need the highest rank",
    "peft-cat": "in memory, nothing read or written",
    "peft-svd": "one layer of 28, times 28",
  };
  const seconds = (name: string) => best.get(name)!.seconds;
  const cpu = (name: string) => best.get(name)!.cpuSeconds;
  const peak = (name: string) => best.get(name)!.peakMb;
  const rows = [...best].map(([name, { seconds, cpuSeconds, peakMb }]) => ({
    contender: name,
    seconds: Number(seconds.toFixed(3)),
    cpuSeconds: Number(cpuSeconds.toFixed(3)),
    peakMb: Math.round(peakMb),
    note: notes[name] ?? "",
  }));
  return {
    rows,
    ratios: {
      "torch's f64 Gram route / ours svd": seconds("torch-gram") / seconds("ours svd"),
      "ours exact / copy": seconds("ours exact") / seconds("copy"),
      "torch's f64 Gram route / ours svd, CPU time": cpu("torch-gram") / cpu("ours svd"),
      "ours exact / copy, CPU time": cpu("ours exact") / cpu("copy"),
      "torch cat / ours exact": seconds("torch-cat") / seconds("ours exact"),
      "PEFT svd / ours svd": seconds("peft-svd") / seconds("ours svd"),
      "PEFT cat / ours exact": seconds("peft-cat") / seconds("ours exact"),
      "torch's f64 Gram route / ours svd, peak memory": peak("torch-gram") / peak("ours svd"),
      "torch cat / ours exact, peak memory": peak("torch-cat") / peak("ours exact"),
      "svd of 5 contributors / of 2 (2.5 is linear)": seconds("ours svd") / seconds("ours svd of 2"),
      "exact of 5 contributors / of 2 (2.5 is linear)": seconds("ours exact") / seconds("ours exact of 2"),
      "svd of all modules / of half (2 is linear)": seconds("ours svd") / seconds("ours svd, half"),
      "exact of all modules / of half (2 is linear)": seconds("ours exact") / seconds("ours exact, half"),
    },
  };
}

/** Whole adapters lie where merge_peers.py looks for them. */
function adapterFile(folder: string, index: number, count: number): string {
  return join(folder, count === layers ? `${index}.safetensors` : `${index}-of-${count}-layers.safetensors`);
}

/** Values from xorshift32, uniform: a merge's work does not depend on them. */
function writeRandomAdapter(path: string, seed: number, count: number): void {
  const plan = planSafetensors(
    adapterLayout(modulesOf(count), rank).modules.flatMap(({ path, inFeatures, outFeatures }) => [
      { name: loraAKey(path), shape: [rank, inFeatures] },
      { name: loraBKey(path), shape: [outFeatures, rank] },
    ]),
  );
  const bytes = new Uint8Array(plan.sizeBytes);
  bytes.set(plan.head);
  const values = new Float32Array(bytes.buffer, plan.head.length);
  let state = seed;
  for (let i = 0; i < values.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[i] = state * 2 ** -36;
  }
  writeFileSync(path, bytes);
}

/** The child's side: one merge or copy, timed. */
async function runOurs(mode: string, folder: string, count: number, depth: number): Promise<Measured> {
  const out = join(folder, "ours");
  const start = performance.now();
  const cpuBefore = process.cpuUsage();
  if (mode === "copy") copyExact(folder);
  else {
    await mergeAdapters({
      adapters: Array.from({ length: count }, (_, i) => ({
        file: adapterFile(folder, i, depth),
        weight: 1,
        rank,
        alpha,
      })),
      modules: modulesOf(depth),
      baseModel: "Qwen/Qwen2.5-1.5B-Instruct",
      method: mode === "auto" ? "svd" : (mode as MergeMethod),
      rank: mode === "auto" ? "auto" : rank,
      out,
    });
  }
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  rmSync(out, { recursive: true, force: true });
  return { seconds, cpuSeconds: (user + system) / 1e6, peakMb: process.resourceUsage().maxRSS / 1024 };
}

/** As many bytes as the exact result has: the five adapters, one after the other, in 1 MiB pieces. */
function copyExact(folder: string): void {
  const piece = new Uint8Array(1 << 20);
  const target = join(folder, "copy");
  const out = openSync(target, "w");
  for (let i = 0; i < adapters; i++) {
    const source = openSync(join(folder, `${i}.safetensors`), "r");
    for (let read = readSync(source, piece); read > 0; read = readSync(source, piece))
      writeSync(out, piece, 0, read);
    closeSync(source);
  }
  closeSync(out);
}

if (process.argv[1] === self) {
  const [mode = "", folder = "", count, depth] = process.argv.slice(2);
  console.log(JSON.stringify(await runOurs(mode, folder, Number(count), Number(depth))));
}
