import { embeddedModels, TrainChainError, toTrainChainError } from "@trainchain/protocol";
import { ensureEmbeddedModel, ensureEnvironment } from "@trainchain/python-env";
import type { Command } from "commander";
import { readAdminEnv } from "../admin/env.ts";
import { requirementsPath, trainer } from "../base-model.ts";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";

/**
 * `trainchain admin python`: installs and proves the evaluator's environment, and puts the embedded models into it;
 * silent when that is done. Without such a model the environment serves all others, so that is only said.
 */
export function addAdminPython(admin: Command): void {
  withJson(admin.command("python"))
    .description("install the evaluator's Python environment in TRAINCHAIN_ENV_DIR")
    .action(async ({ json }: { json: boolean }) => {
      const { TRAINCHAIN_ENV_DIR: dir } = readAdminEnv();
      if (!dir)
        throw new TrainChainError("configuration-invalid", "TRAINCHAIN_ENV_DIR is not set", {
          fix: "Set it to the folder that shall hold the environment.",
        });
      const output = createOutput(json);
      const onProgress = ({ message }: { message: string }) => output.note(message);
      const stamp = await ensureEnvironment({ dir, requirementsPath, onProgress });
      for (const model of embeddedModels)
        await ensureEmbeddedModel({ model, envDir: dir, scriptDir: trainer, onProgress }).catch((error) =>
          output.note(`without ${model.id}: ${toTrainChainError(error).message}`),
        );
      output.result(stamp, () => [`${dir}: Python ${stamp.python}, proved on ${stamp.deviceName}.`]);
    });
}
