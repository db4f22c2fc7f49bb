import { fileURLToPath } from "node:url";
import { TrainChainError } from "@trainchain/protocol";
import { ensureEnvironment } from "@trainchain/python-env";
import type { Command } from "commander";
import { readAdminEnv } from "../admin/admin-env.ts";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";

const requirementsPath = fileURLToPath(new URL("../../../../trainer/requirements.txt", import.meta.url));

/** `trainchain admin python`: installs and proves the evaluator's environment; silent when that is done. */
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
      const stamp = await ensureEnvironment({
        dir,
        requirementsPath,
        onProgress: ({ message }) => output.note(message),
      });
      output.result(stamp, () => [`${dir}: Python ${stamp.python}, proved on ${stamp.deviceName}.`]);
    });
}
