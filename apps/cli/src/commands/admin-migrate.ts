import { migrate } from "@trainchain/db";
import type { Command } from "commander";
import { readAdminEnv } from "../admin/env.ts";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";

/** `trainchain admin migrate`: brings the database to the schema of this version; safe to run again. */
export function addAdminMigrate(admin: Command): void {
  withJson(admin.command("migrate"))
    .description("bring the database to this version's schema")
    .action(async ({ json }: { json: boolean }) => {
      await migrate(readAdminEnv().DATABASE_URL);
      createOutput(json).result({ migrated: true }, () => ["The database has this version's schema."]);
    });
}
