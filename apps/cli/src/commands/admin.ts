import { addAdminBackup } from "./admin-backup.ts";
import { addAdminJobs } from "./admin-jobs.ts";
import { addAdminMigrate } from "./admin-migrate.ts";
import { addAdminPython } from "./admin-python.ts";
import { addAdminRestore } from "./admin-restore.ts";

export const adminCommands = [addAdminJobs, addAdminMigrate, addAdminPython, addAdminBackup, addAdminRestore];
