import type { TrainerEvent } from "@trainchain/protocol";
import type { EnvironmentProgress } from "@trainchain/python-env";
import type { StateWords } from "./describe-state.ts";
import type { JobRecord } from "./job-record.ts";

/** What an agent tells those who listen. */
export type AgentEvent =
  | { type: "state"; record: JobRecord; words: StateWords }
  | { type: "trainer"; jobId: string; event: TrainerEvent }
  | { type: "environment"; progress: EnvironmentProgress }
  | { type: "queue" }
  | { type: "log"; jobId: string; line: string };
