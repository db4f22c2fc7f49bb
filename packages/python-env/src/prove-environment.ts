import path from "node:path";
import { TrainChainError } from "@trainchain/protocol";
import { runChild } from "./child-process.ts";
import { type EnvironmentStamp, pythonPath } from "./environment-stamp.ts";
import { trainerEnvironment } from "./trainer-environment.ts";

export type EnvironmentProof = Omit<EnvironmentStamp, "requirementsSha256">;

/** Imports every package and trains one step on the device, in one Python process. */
export async function proveEnvironment(
  dir: string,
  requirementsPath: string,
  signal?: AbortSignal,
): Promise<EnvironmentProof> {
  const script = path.join(path.dirname(requirementsPath), "prove_environment.py");
  let lastLine = "";
  const { exitCode, tail } = await runChild(pythonPath(dir), [script], {
    env: trainerEnvironment({ YOLO_CONFIG_DIR: path.join(dir, "ultralytics") }),
    signal,
    onStdout: (line) => {
      lastLine = line;
    },
  });
  signal?.throwIfAborted();
  if (exitCode === 0) {
    const { python, versions, device, deviceName } = JSON.parse(lastLine) as EnvironmentProof;
    return { python, versions, device, deviceName };
  }
  throw new TrainChainError(
    "environment-broken",
    `the training environment does not work: ${tail.at(-1) ?? ""}`,
    {
      fix: `Delete ${dir} and try again.`,
      facts: { dir, exitCode, log: tail },
    },
  );
}
