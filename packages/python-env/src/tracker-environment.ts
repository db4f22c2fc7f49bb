import { trainerEnvironment } from "./trainer-environment.ts";

/** What trackers of figures go by: where they report to, and as whom. */
const ofTrackers = /^(WANDB_[A-Z_]+|TRACKIO_[A-Z_]+|HF_TOKEN|HF_TOKEN_PATH|NETRC|XDG_[A-Z]+_HOME)$/;

/** A trainer's minimal environment with this user's settings of trackers. No training is ever started with it. */
export function trackerEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => ofTrackers.test(name));
  return { ...trainerEnvironment(), ...Object.fromEntries(own) };
}
