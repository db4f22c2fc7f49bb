import { fileURLToPath } from "node:url";
import { createLocalEvaluator, type Evaluator } from "@trainchain/python-env";
import type { Logger } from "pino";
import type { Env } from "../env.ts";
import { createRemoteEvaluator } from "./remote-evaluator.ts";

const trainerDir = fileURLToPath(new URL("../../../../trainer", import.meta.url));

/** The evaluator that the settings name: another user's process, this one's children, or none. */
export function createEvaluator(env: Env, log: Logger): Evaluator | undefined {
  const { EVALUATOR_SOCKET: socket, EVALUATOR_DIR: sharedDir, TRAINCHAIN_ENV_DIR: envDir } = env;
  if (socket && sharedDir) return createRemoteEvaluator({ socket, sharedDir });
  if (!envDir) return undefined;
  const onLog = (line: string, script: string) => log.debug({ script, line }, "evaluator");
  return createLocalEvaluator({ envDir, scriptDir: trainerDir, onLog });
}
