/** This process's environment, for forge and for a deployment's settings. */
export const environment = (): NodeJS.ProcessEnv => process.env;

/** Random moves that the invariants are played with: a hundred thousand, or with MILLION=1 a million. */
export const movesWanted = process.env.MILLION ? 1_000_000 : 100_000;
