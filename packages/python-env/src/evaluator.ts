import path from "node:path";
import {
  type EvaluatorEvent,
  type EvaluatorScript,
  evaluatorLimits,
  evaluatorScripts,
  findEmbeddedModel,
  TrainChainError,
} from "@trainchain/protocol";
import { ensureEmbeddedModel } from "./embedded-model.ts";
import { type RunPythonOptions, runPython } from "./run-python.ts";
import { createWarmPython } from "./warm-python.ts";

/** Those that need what takes long to load. */
const forked: ReadonlySet<EvaluatorScript> = new Set(["evaluate.py", "generate.py", "replay.py"]);

export interface ScriptRun<Script extends EvaluatorScript> {
  script: Script;
  args: readonly string[];
  /** How far it stands back for other programs: 0 as they do, up to 19; not given: `evaluatorLimits.niceness`. */
  niceness?: number;
  /**
   * Whether nothing else may run beside it, so that nothing else takes its memory. An evaluator that is the caller's own
   * children keeps no order among them.
   */
  alone?: boolean;
  onEvent?: (event: EvaluatorEvent<Script>) => void;
  signal?: AbortSignal;
}

/**
 * Opens what strangers sent (adapters, models, images) and measures it, in Python processes that hold no key. Where
 * these run, here or in a process of another user, is its own affair.
 */
export interface Evaluator {
  /**
   * Resolves with the events of a run that succeeded.
   * @throws TrainChainError with the script's own code, message and fix, and facts `{ exitCode, signal, log }` where
   * it ended by itself; `environment-broken`, which may be retried, where the evaluator went away
   */
  run<Script extends EvaluatorScript>(run: ScriptRun<Script>): Promise<EvaluatorEvent<Script>[]>;
  /**
   * Has loaded what takes long to load, for whoever will ask soon. Resolves when that is done or cannot be: then the
   * first run does it. One that is a process of its own sees to it itself, and does nothing here.
   */
  prepare?(): Promise<void>;
}

export interface LocalEvaluatorOptions {
  /** The Python environment's folder. */
  envDir: string;
  /** The folder of the trainer's scripts. */
  scriptDir: string;
  /** What a script says besides its events. */
  onLog?: (line: string, script: EvaluatorScript) => void;
}

/** An evaluator that runs its scripts as children of this process, with its user and a cleaned environment. */
export function createLocalEvaluator({
  envDir,
  scriptDir,
  onLog,
}: LocalEvaluatorOptions): Required<Evaluator> {
  const warm = createWarmPython({ envDir, scriptDir });

  /** Scripts know an embedded model by its name, and find it in the environment. */
  async function ensureModel(args: readonly string[], signal: AbortSignal): Promise<void> {
    const at = args.findIndex((arg) => arg === "--model" || arg === "--model-name");
    const model = findEmbeddedModel(args[at + 1] ?? "");
    if (model) await ensureEmbeddedModel({ model, envDir, scriptDir, signal });
  }

  return {
    async prepare() {
      await warm.socket();
    },
    async run<Script extends EvaluatorScript>(run: ScriptRun<Script>) {
      const { script, args, niceness = evaluatorLimits.niceness, onEvent } = run;
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(tookTooLong(script)), evaluatorLimits.runMs);
      const signal = AbortSignal.any([late.signal, ...(run.signal ? [run.signal] : [])]);
      try {
        await ensureModel(args, signal);
        return await runPython<EvaluatorEvent<Script>>({
          dir: envDir,
          script: path.join(scriptDir, script),
          args: [...args],
          schema: evaluatorScripts[script] as unknown as RunPythonOptions<EvaluatorEvent<Script>>["schema"],
          onEvent,
          onLog: (line) => onLog?.(line, script),
          signal,
          // There is nothing that would be worth saving.
          graceMs: 1_000,
          niceness,
          warm: forked.has(script) ? await warm.socket(signal) : undefined,
          mostOutput: evaluatorLimits.outputCharacters,
        });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function tookTooLong(script: EvaluatorScript): TrainChainError {
  return new TrainChainError("timeout", `${script} took longer than it may`, {
    fix: "See what it was given, and whether the machine stands still.",
  });
}
