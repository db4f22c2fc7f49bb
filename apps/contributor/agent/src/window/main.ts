import { fileURLToPath } from "node:url";
import { readFrom } from "./server/screens.ts";
import { startApp } from "./start-app.ts";

/** The app from this project's tree; `npm run contributor` builds its screens first. */
await startApp({
  readAsset: readFrom(fileURLToPath(new URL("../../../ui/dist", import.meta.url))),
  trainerDir: async () => undefined,
  env: {},
});
