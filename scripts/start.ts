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
const wallets = { requests: roles.requester, trains: roles.firstContributor, "trains too": roles.stranger };
console.table(
  Object.entries(wallets).map(([whoever, index]) => ({
    whoever,
    wallet: testWallet(index).address,
    "test key": testPrivateKey(index),
  })),
);
console.log(`These keys are public: never use them with real money.

What to do now:
  1. import the first key into your browser's wallet, open the site and request a training with the toy-model; the
     wallet has to reach chain 80002 at ${world.rpcUrl}: where it knows Polygon Amoy already, change that network's RPC
     (or in a terminal: export API_URL=${world.apiUrl} WALLET_PRIVATE_KEY=KEY, then npm run trainchain -- job create --help)
  2. train it, in another terminal and with another key:  npm run contributor -- --api ${world.apiUrl}
`);
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
  const usage = "npm start -- [--data FOLDER (default .trainchain)] [--no-open (leave the browser alone)]";
  try {
    const { values } = parseArgs({
      args: process.argv.slice(2),
      options: {
        data: { type: "string", default: ".trainchain" },
        open: { type: "boolean", default: true },
        help: { type: "boolean", short: "h", default: false },
      },
      allowNegative: true,
    });
    if (!values.help) return values;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : error}\n  ${usage}`);
    process.exit(2);
  }
}
