import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { toTrainChainError } from "@trainchain/protocol";
import { freePort, roles, testPrivateKey, testWallet } from "@trainchain/testing";
import { startLocalWorld } from "@trainchain/testing/local-world";
import { ensureModel, ensurePython } from "./ensure-python.ts";
import { ensureWeb } from "./ensure-web.ts";
import { callersPath, pythonEnvDir } from "./env.ts";
import { openInBrowser } from "./open-in-browser.ts";

/** `npm start`: the whole local world, left running until Ctrl-C, its data kept across restarts. */
const options = readOptions();
const dataDir = callersPath(options.data);
const toyModel = fileURLToPath(new URL("../trainer/toy-model", import.meta.url));

await ensurePython();
// Jobs may name it as soon as the site is up; without it the toy and whatever a hub has are still there.
const realModel = await ensureModel("smollm2-135m").catch((error: unknown) => {
  console.log(`• without smollm2-135m: ${toTrainChainError(error).message}`);
  return undefined;
});
await ensureWeb((text) => console.log(`• ${text}`));
const monitors = { api: await freePort(), indexer: await freePort(), worker: await freePort() };
const monitorOf = (name: keyof typeof monitors) => ({ MONITOR_PORT: String(monitors[name]) });
const world = await startLocalWorld({
  dataDir,
  env: { api: monitorOf("api"), indexer: monitorOf("indexer"), worker: monitorOf("worker") },
  models: [toyModel],
  pythonEnvDir,
  onStep: (text) => console.log(`• ${text}`),
});

console.log(`
TrainChain is running. Ctrl-C ends it; its data stays in ${dataDir}.

  site       ${world.apiUrl}
  API        ${world.apiUrl}   (GET /openapi.json describes it)
  chain      ${world.rpcUrl}   (chain id 80002, test money)
  escrow     ${world.escrow}
  database   ${world.databaseUrl}
  logs       ${world.logDir}
  monitors   ${Object.entries(monitors)
    .map(([name, port]) => `${name} http://127.0.0.1:${port}`)
    .join(", ")}   (/readyz, /metrics)
  models     ${realModel ? "smollm2-135m (real, 135 million parameters) and " : ""}toy-model (${toyModel})
`);
console.table(
  Object.entries(roles)
    .filter(([role]) => role !== "deployer" && role !== "aggregator")
    .map(([role, index]) => ({ role, wallet: testWallet(index).address, "test key": testPrivateKey(index) })),
);
console.log("These keys are public: never use them with real money.");
if (options.open) openInBrowser(world.apiUrl);

let stopping = false;
const stop = async () => {
  if (stopping) return;
  stopping = true;
  console.log("\n• stopping");
  await world.stop();
  process.exit(0);
};
process.on("SIGINT", stop);
process.on("SIGTERM", stop);

function readOptions() {
  try {
    return parseArgs({
      args: process.argv.slice(2),
      options: { data: { type: "string", default: ".trainchain" }, open: { type: "boolean", default: true } },
      allowNegative: true,
    }).values;
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : error}`);
    console.error(
      "  npm start -- [--data FOLDER (default .trainchain)] [--no-open (leave the browser alone)]",
    );
    process.exit(2);
  }
}
