import { type IncomingMessage, request } from "node:http";
import {
  type EvaluatorEvent,
  type EvaluatorLine,
  type EvaluatorRun,
  type EvaluatorScript,
  evaluatorLimits,
  evaluatorLineSchema,
  evaluatorScripts,
  TrainChainError,
} from "@trainchain/protocol";
import { createLineReader, type Evaluator, type ScriptRun } from "@trainchain/python-env";
import { currentTrace } from "@trainchain/telemetry";
import { handOver } from "./hand-over.ts";

export interface RemoteEvaluatorOptions {
  socket: string;
  /** The folder below which it is handed what the arguments name. */
  sharedDir: string;
}

/** An evaluator that is another process of another user, behind a Unix socket. It is believed as little as a script. */
export function createRemoteEvaluator({ socket, sharedDir }: RemoteEvaluatorOptions): Evaluator {
  return {
    async run<Script extends EvaluatorScript>(run: ScriptRun<Script>) {
      const { script, args, niceness = evaluatorLimits.niceness, alone = false, signal } = run;
      signal?.throwIfAborted();
      await handOver(sharedDir, args);
      const { requestId, jobId, draftId, task } = currentTrace();
      const trace = { requestId, jobId, draftId, task };
      try {
        const answer = await ask(socket, { script, args: [...args], niceness, alone, trace }, signal);
        if (answer.statusCode !== 200) throw await refusalOf(answer);
        return await eventsOf(answer, run);
      } catch (error) {
        signal?.throwIfAborted();
        throw error instanceof TrainChainError ? error : wentAway(error);
      }
    },
  };
}

function ask(socket: string, run: EvaluatorRun, signal: AbortSignal | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const asked = request({ socketPath: socket, path: "/runs", method: "POST", headers, signal }, resolve);
    asked.on("error", reject);
    asked.end(JSON.stringify(run));
  });
}

async function eventsOf<Script extends EvaluatorScript>(
  answer: IncomingMessage,
  { script, onEvent }: ScriptRun<Script>,
): Promise<EvaluatorEvent<Script>[]> {
  const events: EvaluatorEvent<Script>[] = [];
  let end: Exclude<EvaluatorLine, { line: "event" }> | undefined;
  await readLines(answer, (text) => {
    const line = evaluatorLineSchema.parse(JSON.parse(text));
    if (line.line !== "event") {
      end = line;
      return;
    }
    const event = evaluatorScripts[script].parse(line.event) as EvaluatorEvent<Script>;
    events.push(event);
    onEvent?.(event);
  });
  if (end?.line === "done") return events;
  if (!end) throw new Error("the answer has no end");
  const { code, message, fix, facts } = end.error;
  throw new TrainChainError(code, message, { fix, facts });
}

async function readLines(answer: IncomingMessage, onLine: (line: string) => void): Promise<void> {
  const reader = createLineReader(onLine);
  let read = 0;
  for await (const text of answer.setEncoding("utf8") as AsyncIterable<string>) {
    read += text.length;
    // What a run prints and, of its end, the log.
    if (read > 2 * evaluatorLimits.outputCharacters) throw new Error("the answer does not end");
    reader.push(text);
  }
  reader.end();
}

/** What it says before anything is run is about the call: a request that it does not take is this process's fault. */
async function refusalOf(answer: IncomingMessage): Promise<TrainChainError> {
  let text = "";
  await readLines(answer, (line) => {
    text = line;
  });
  if (answer.statusCode === 429)
    return new TrainChainError("too-many-requests", "too many runs wait for the evaluator", {
      fix: "Let it run more at once (EVALUATOR_RUNS), or have fewer workers.",
    });
  return new TrainChainError(
    "internal",
    `the evaluator answered ${answer.statusCode}: ${text.slice(0, 1_000)}`,
  );
}

function wentAway(cause: unknown): TrainChainError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TrainChainError("environment-broken", `the evaluator gave no whole answer (${why})`, {
    fix: "See that it runs: systemctl status trainchain-evaluator. The work is taken up again by itself.",
    cause,
  });
}
