import { fileURLToPath } from "node:url";
import { buildScreens } from "./build-screens.ts";

/** `npm run contributor`: the contributor app in a window of its own; see --help. */
if (!process.argv.includes("--help")) await buildScreens();
await import(fileURLToPath(new URL("../apps/contributor/agent/src/window/main.ts", import.meta.url)));
