import { Command } from "commander";
import { addAdapterCheck } from "./commands/adapter-check.ts";
import { addAdapterMerge } from "./commands/adapter-merge.ts";
import { addAdminBackup } from "./commands/admin-backup.ts";
import { addAdminJobs } from "./commands/admin-jobs.ts";
import { addAdminMigrate } from "./commands/admin-migrate.ts";
import { addAdminPython } from "./commands/admin-python.ts";
import { addAdminRestore } from "./commands/admin-restore.ts";
import { addCid } from "./commands/cid.ts";
import { addContributor } from "./commands/contributor.ts";
import { addDatasetCheck } from "./commands/dataset-check.ts";
import { addDatasetShard } from "./commands/dataset-shard.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addJobCancel } from "./commands/job-cancel.ts";
import { addJobContinue } from "./commands/job-continue.ts";
import { addJobCreate } from "./commands/job-create.ts";
import { addJobCreateImage } from "./commands/job-create-image.ts";
import { addJobDownload } from "./commands/job-download.ts";
import { addJobExpire } from "./commands/job-expire.ts";
import { addJobList } from "./commands/job-list.ts";
import { addJobRelease } from "./commands/job-release.ts";
import { addJobSettle } from "./commands/job-settle.ts";
import { addJobShow } from "./commands/job-show.ts";
import { addJobWatch } from "./commands/job-watch.ts";
import { addJobWithdraw } from "./commands/job-withdraw.ts";
import { addResultTry } from "./commands/result-try.ts";
import { addResultVerify } from "./commands/result-verify.ts";
import { addWalletAddress } from "./commands/wallet-address.ts";
import { addWalletNew } from "./commands/wallet-new.ts";

/** The table of commands: `trainchain <noun> <verb>`, one file each. */
export function buildProgram(): Command {
  const program = new Command("trainchain")
    .description("TrainChain from a terminal. Exit codes: 0 done, 2 you can fix it, 75 try again, 1 a bug.")
    .showHelpAfterError()
    // A wrong command line is the user's to mend: sub-commands made below inherit this.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

  const dataset = program.command("dataset").description("check and cut instruction datasets");
  addDatasetCheck(dataset);
  addDatasetShard(dataset);

  const job = program.command("job").description("request training and collect its result");
  for (const add of [
    addJobCreate,
    addJobCreateImage,
    addJobContinue,
    addJobList,
    addJobShow,
    addJobWatch,
    addJobDownload,
  ])
    add(job);
  for (const add of [addJobCancel, addJobRelease, addJobExpire, addJobSettle, addJobWithdraw]) add(job);

  const adapter = program.command("adapter").description("check and merge LoRA adapters");
  addAdapterCheck(adapter);
  addAdapterMerge(adapter);

  const result = program.command("result").description("try a downloaded result, verify its receipt");
  addResultTry(result);
  addResultVerify(result);

  const wallet = program.command("wallet").description("keep a wallet in an encrypted file");
  addWalletNew(wallet);
  addWalletAddress(wallet);

  const admin = program.command("admin").description("look after the platform, from its own machine");
  for (const add of [addAdminJobs, addAdminMigrate, addAdminPython, addAdminBackup, addAdminRestore])
    add(admin);
  addDoctor(program);

  addContributor(program);
  addCid(program);
  return program;
}
