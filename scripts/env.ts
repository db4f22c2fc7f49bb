import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const { TRAINCHAIN_ENV_DIR, TRAINCHAIN_CASES_DIR, INIT_CWD, DISPLAY, WAYLAND_DISPLAY, CI } = process.env;

/** The Python environment that trainer, evaluator and tests share. */
export const pythonEnvDir =
  TRAINCHAIN_ENV_DIR ?? fileURLToPath(new URL("../.trainchain_env", import.meta.url));

/** A folder of files with known right answers, for the test that asks about them; one of its own where absent. */
export const casesDir = TRAINCHAIN_CASES_DIR;

/** A path as the caller means it: npm runs scripts in the project's folder, wherever it was called. */
export const callersPath = (path: string): string => resolve(INIT_CWD ?? process.cwd(), path);

/** Whether somebody sits before this machine's screen. */
export const hasScreen = !CI && (process.platform !== "linux" || Boolean(DISPLAY || WAYLAND_DISPLAY));
