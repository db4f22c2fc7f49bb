import type { Command } from "commander";
import { readAdminEnv } from "../admin/env.ts";
import { restore } from "../admin/restore.ts";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";

/** `trainchain admin restore`: a backup into an empty database. */
export function addAdminRestore(admin: Command): void {
  withJson(admin.command("restore"))
    .description("restore a backup into an empty database; the processes must not run")
    .argument("<dir>", "folder that `admin backup` filled")
    .action(async (dir: string, { json }: { json: boolean }) => {
      const manifest = await restore(readAdminEnv(), dir);
      createOutput(json).result(manifest, () => [
        `Restored as of ${manifest.createdAt}. Start the processes: they go on from there.`,
      ]);
    });
}
