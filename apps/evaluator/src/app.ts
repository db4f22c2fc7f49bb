import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import {
  type EvaluatorLine,
  type EvaluatorRun,
  evaluatorLimits,
  type TrainChainError,
  toTrainChainError,
} from "@trainchain/protocol";
import { createLocalEvaluator } from "@trainchain/python-env";
import { type Monitor, withTrace } from "@trainchain/telemetry";
import type { Logger } from "pino";
import type { Env } from "./env.ts";
import { listenOnSocket } from "./listen-on-socket.ts";
import { createMonitor } from "./monitoring.ts";
import { readRun } from "./read-run.ts";
import { createTurns } from "./turns.ts";

const trainerDir = fileURLToPath(new URL("../../../trainer", import.meta.url));

type EvaluatorSettings = Pick<Env, "EVALUATOR_SOCKET" | "TRAINCHAIN_ENV_DIR" | "EVALUATOR_RUNS">;

/**
 * The evaluator: `POST /runs` on a Unix socket runs one of the trainer's scripts and answers with its events, a line
 * each, as they come. Whoever may connect may have any of these scripts read what this user can read; so it is a user
 * that can read what it is handed and nothing else. A caller that goes away ends its run.
 */
export function createEvaluator(env: EvaluatorSettings, log: Logger, scriptDir = trainerDir) {
  const turns = createTurns({ atOnce: env.EVALUATOR_RUNS, mostWaiting: evaluatorLimits.waiting });
  const { monitor, runSeconds } = createMonitor({ envDir: env.TRAINCHAIN_ENV_DIR, turns });
  const evaluator = createLocalEvaluator({
    envDir: env.TRAINCHAIN_ENV_DIR,
    scriptDir,
    onLog: (line, script) => log.debug({ script, line }, "script"),
  });
  const answers = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const answered = answer(request, response).finally(() => answers.delete(answered));
    answers.add(answered);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const leaving = new AbortController();
    response.once("close", () => leaving.abort(new Error("the caller went away")));
    try {
      if (request.method === "GET" && request.url === "/readyz") return await tellReady(monitor, response);
      const asked = await readRun(request);
      await withTrace(asked.trace, () => runInTurn(asked, response, leaving.signal));
    } catch (thrown) {
      refuse(response, toTrainChainError(thrown));
    }
  }

  async function runInTurn(asked: EvaluatorRun, response: ServerResponse, signal: AbortSignal) {
    const endTurn = await turns.take(signal, { alone: asked.alone });
    const say = (line: EvaluatorLine) => {
      if (!response.destroyed) response.write(`${JSON.stringify(line)}\n`);
    };
    response.writeHead(200, { "content-type": "application/x-ndjson" }).flushHeaders();
    try {
      say(await run(asked, say, signal));
    } finally {
      endTurn();
      response.end();
    }
  }

  /** Runs a script to its end, which is the last line of the answer. */
  async function run(
    { script, args, niceness }: EvaluatorRun,
    say: (line: EvaluatorLine) => void,
    signal: AbortSignal,
  ): Promise<EvaluatorLine> {
    const stopTimer = runSeconds.startTimer({ script });
    const onEvent = (event: unknown) => say({ line: "event", event });
    try {
      await evaluator.run({ script, args, niceness, onEvent, signal });
      log.info({ script, seconds: stopTimer({ outcome: "done" }) }, "run done");
      return { line: "done" };
    } catch (thrown) {
      const { code, message, fix, facts } = toTrainChainError(thrown);
      const outcome = signal.aborted ? "left" : "failed";
      log.warn({ script, code, reason: message, facts, seconds: stopTimer({ outcome }) }, `run ${outcome}`);
      return { line: "failed", error: { code, message, fix, facts } };
    }
  }

  return {
    monitor,
    /** Answers from now on; what takes long to load is loaded meanwhile. */
    async listen(): Promise<void> {
      await listenOnSocket(server, env.EVALUATOR_SOCKET);
      void evaluator.prepare();
    },

    /** Breaks off what runs: its callers see that the evaluator went away, and ask again. */
    async stop(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await Promise.all(answers);
    },
  };
}

async function tellReady(monitor: Monitor, response: ServerResponse): Promise<void> {
  await monitor.assertReady();
  response.writeHead(200, { "content-type": "application/json" }).end('{"status":"ready"}');
}

function refuse(response: ServerResponse, { code, message, fix, status }: TrainChainError): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  // What is left of the request is not read.
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ error: { code, message, fix } }));
}
