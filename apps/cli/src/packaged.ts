import { homedir } from "node:os";
import { join } from "node:path";
import { bringSettings } from "./terminal/env.ts";

/**
 * `trainchain` from its npm package. An update replaces the package's folder, and npx keeps one for each version: the
 * Python environment lies in the user's own. scripts/pack.ts puts the package together.
 */
bringSettings({ TRAINCHAIN_ENV_DIR: join(homedir(), ".trainchain", "env") });
await import("./main.ts");
