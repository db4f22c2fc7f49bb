import type { AdapterJobSpec } from "@trainchain/protocol";
import type { KindWork } from "../kind-work.ts";
import { judgeJob } from "./conclude.ts";
import { replayTraining } from "./replay/replay-training.ts";
import { verifyAdapter } from "./verify.ts";

/** What is done for every kind of job whose contributors deliver adapters. */
export const adapterWork = {
  needsTorch: true,
  verify: verifyAdapter,
  replay: replayTraining,
  judge: judgeJob,
  isCompared: (checks) => checks.some(({ check }) => check === "not-a-copy"),
} satisfies Partial<KindWork<AdapterJobSpec>>;
