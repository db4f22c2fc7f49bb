import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EvaluationEvent, EvaluatorEvent, EvaluatorScript } from "@trainchain/protocol";
import type { Evaluator, ScriptRun } from "@trainchain/python-env";

export type ReplayedEvent = Extract<EvaluatorEvent<"replay.py">, { event: "replayed" }>;

/**
 * An evaluator that measures the same adapter on the same rows once: each is measured by itself, so company changes
 * nothing of its losses. What replay.py said last stands in `replayed`; while `toEnd` it trains all segments again, also
 * behind one that ends elsewhere.
 */
export function createRememberingEvaluator(inner: Evaluator) {
  const known = new Map<string, Exclude<EvaluationEvent, { event: "failed" }>>();
  const told: { replayed: ReplayedEvent | undefined; toEnd: boolean } = {
    replayed: undefined,
    toEnd: false,
  };

  async function measure(run: ScriptRun<"evaluate.py">): Promise<EvaluationEvent[]> {
    const at = run.args.indexOf("--adapters");
    const [given, folders] = [run.args.slice(0, at), run.args.slice(at + 1)];
    const [options, withBase] = [
      given.filter((arg) => arg !== "--without-base"),
      given.includes("--without-base"),
    ];
    const data = await keyOf(options);
    const asked = await Promise.all(
      [...(withBase ? [] : ["base"]), ...folders].map(async (name) => ({
        name,
        key: data + (name === "base" ? "base" : await hashOf(join(name, "adapter_model.safetensors"))),
      })),
    );
    const missing = asked.filter(({ key }) => !known.has(key));
    if (missing.length > 0) {
      const needsBase = missing.some(({ name }) => name === "base");
      const left = missing.filter(({ name }) => name !== "base").map(({ name }) => name);
      const args = [...options, ...(needsBase ? [] : ["--without-base"]), "--adapters", ...left];
      for (const event of await inner.run({ ...run, args, niceness: 0, onEvent: undefined }))
        if (event.event !== "failed")
          known.set(missing.find(({ name }) => name === event.name)?.key ?? event.name, event);
    }
    const events = asked.flatMap(({ name, key }) => {
      const event = known.get(key);
      return event ? [{ ...event, name }] : [];
    });
    for (const event of events) run.onEvent?.(event);
    return events;
  }

  const evaluator: Evaluator = {
    async run<Script extends EvaluatorScript>(run: ScriptRun<Script>): Promise<EvaluatorEvent<Script>[]> {
      if (run.script === "evaluate.py")
        return (await measure(run as unknown as ScriptRun<"evaluate.py">)) as EvaluatorEvent<Script>[];
      const args = told.toEnd ? withoutTolerances(run.args) : run.args;
      const events = await inner.run({ ...run, args, niceness: 0 });
      if (run.script === "replay.py")
        told.replayed = (events as EvaluatorEvent<"replay.py">[]).find((event) => event.event === "replayed");
      return events;
    },
  };
  return { evaluator, told };
}

function withoutTolerances(args: readonly string[]): string[] {
  const isOne = (arg: string | undefined) => arg === "--first-tolerance" || arg === "--later-tolerance";
  return args.filter((arg, at) => !isOne(arg) && !isOne(args[at - 1]));
}

/** The options, with the rows by what is in them: they lie elsewhere each time. */
async function keyOf(options: readonly string[]): Promise<string> {
  const at = options.indexOf("--holdout") + 1;
  const rows = await hashOf(options[at] ?? "");
  return JSON.stringify(options.with(at, rows));
}

async function hashOf(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}
