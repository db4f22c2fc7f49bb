import type { Command } from "commander";
import { backUp } from "../admin/back-up.ts";
import { readAdminEnv } from "../admin/env.ts";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";

/** `trainchain admin backup`: everything that cannot be had again, while the platform works. */
export function addAdminBackup(admin: Command): void {
  withJson(admin.command("backup"))
    .description(
      "back up database, keys and local content while the platform works; repeat it to bring it up to date",
    )
    .argument("<dir>", "folder for the backup; it will hold secrets")
    .action(async (dir: string, { json }: { json: boolean }) => {
      const done = await backUp(readAdminEnv(), dir);
      createOutput(json).result(done, () => [
        `${dir}: the database as of ${done.createdAt}, ${done.copied} new files, and keys.env.`,
        "It holds the secrets that open every dataset: keep it where nobody else can read it.",
      ]);
    });
}
