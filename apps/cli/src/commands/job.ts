import { createCommands } from "../kinds/create-commands.ts";
import { addJobAppeal } from "./job-appeal.ts";
import { addJobContinue } from "./job-continue.ts";
import { addJobDownload } from "./job-download.ts";
import { addJobEdit } from "./job-edit.ts";
import { addJobFinish } from "./job-finish.ts";
import { addJobList } from "./job-list.ts";
import { addJobMoves } from "./job-moves.ts";
import { addJobPay } from "./job-pay.ts";
import { addJobPermit } from "./job-permit.ts";
import { addJobRule } from "./job-rule.ts";
import { addJobShow } from "./job-show.ts";
import { addJobWatch } from "./job-watch.ts";
import { addJobWithdraw } from "./job-withdraw.ts";

export const jobCommands = [
  ...createCommands,
  addJobEdit,
  addJobPay,
  addJobContinue,
  addJobList,
  addJobShow,
  addJobWatch,
  addJobDownload,
  addJobFinish,
  addJobPermit,
  ...addJobMoves,
  addJobAppeal,
  addJobRule,
  addJobWithdraw,
];
