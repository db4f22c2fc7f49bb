import type {
  AgentJobView,
  AppSettings,
  AppState,
  EnvironmentState,
  MachineLoad,
  PreflightState,
  Taking,
  TrainingPoint,
} from "@trainchain/protocol";
import type { Agent } from "../jobs/agent.ts";
import { describeState } from "../jobs/describe-state.ts";
import { hasEnded } from "../jobs/job-record.ts";
import { describeConfinement } from "../machine/confinement.ts";
import { canSeeOwnPrograms } from "../machine/machine-load.ts";
import type { AppOptions } from "./app-options.ts";
import type { Platform } from "./platform.ts";
import type { Workplace } from "./workplace.ts";

export interface AppParts {
  options: AppOptions;
  platform: Platform;
  environment: EnvironmentState;
  workplace: Workplace | undefined;
  settings: AppSettings;
  taking: Taking;
  held: string | null;
  latest: ReadonlyMap<string, TrainingPoint>;
  preflights: Record<string, PreflightState>;
  load: MachineLoad | null;
}

/** All that the screens are told of the app's state. */
export function appStateOf(parts: AppParts): AppState {
  const { options, platform, workplace, latest, taking, ...told } = parts;
  const agent = workplace?.agent;
  const { config } = platform;
  const problem = platform.problem ?? workplace?.problem;
  return {
    ...told,
    version: options.version,
    platform: {
      apiUrl: options.apiUrl,
      // The agent's escrow is the one that is held to what the platform named first.
      config: config ? { ...config, escrow: agent?.escrow.escrow ?? config.escrow } : null,
      problem: problem ? { code: problem.code, message: problem.message, fix: problem.fix } : null,
    },
    wallet: workplace
      ? { address: workplace.wallet, delegate: agent?.delegate ?? "", signedIn: workplace.signedIn }
      : null,
    taking: { ...taking, hasKey: workplace?.hasKey ?? false },
    canSeeIdle: canSeeOwnPrograms,
    jobs: agent ? jobViews(agent, latest) : [],
    confinement: describeConfinement(),
  };
}

function jobViews(agent: Agent, latest: AppParts["latest"]): AgentJobView[] {
  return agent.jobs().map((record) => {
    const { now, next } = describeState(record);
    const place = hasEnded(record) ? null : (agent.placeOf(record.jobId) ?? null);
    return { record, now, next, place, latest: latest.get(record.jobId) ?? null };
  });
}
