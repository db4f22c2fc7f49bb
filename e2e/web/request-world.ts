import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createApiClient } from "@trainchain/api-client";
import { localChain } from "@trainchain/chain";
import type { Address } from "@trainchain/protocol";
import { roles, testWallet } from "@trainchain/testing";
import { openBrowser } from "@trainchain/testing/browser";
import { startLocalWorld } from "@trainchain/testing/local-world";
import { createPublicClient, http } from "viem";
import { buildScreens } from "../../scripts/build-screens.ts";
import { ensureWeb } from "../../scripts/ensure-web.ts";
import { pythonEnvDir } from "../../scripts/env.ts";
import { runCli, toyModel } from "../agent-process.ts";
import { type AppProcess, startContributorApp } from "../contributor-app/app-process.ts";
import { openLedger } from "../job-moves/ledger.ts";
import { trainchain } from "../job-moves/trainchain.ts";
import { openAppWindow } from "./app-window.ts";
import { type VisitOptions, visitSite } from "./visit.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The escrow's fee: 5 %. */
const feeBps = 500;

/** So many rows of instructions of the project's own sample, each on a line. */
export async function readRows(count: number): Promise<string[]> {
  const file = join(root, "packages/dataset/samples/sample-600.jsonl");
  return (await readFile(file, "utf8")).split("\n").slice(0, count);
}

/** The built site on a whole local TrainChain with an evaluator, a browser, and contributors with their apps. */
export async function startRequestWorld() {
  await Promise.all([ensureWeb(), buildScreens()]);
  const dataDir = await mkdtemp(join(tmpdir(), "trainchain-request-"));
  const [local, browser] = await Promise.all([
    startLocalWorld({ dataDir, models: [toyModel], pythonEnvDir, feeBps }),
    openBrowser(),
  ]);
  const chain = createPublicClient({ chain: localChain, transport: http(local.rpcUrl) });
  const apps: AppProcess[] = [];
  const folderOf = (index: number) => join(dataDir, `app-${index}`);
  const jobsOf = (index: number) => join(folderOf(index), "wallets", walletOf(index), "jobs");
  const walletOf = (index: number) => testWallet(index).address.toLowerCase() as Address;

  return {
    ...local,
    dataDir,
    visit: (path: string, options?: VisitOptions) => visitSite(browser, local, path, options),

    /** A machine with the app on it, and its window with a wallet. */
    async openApp(index: number) {
      const app = await startContributorApp({ apiUrl: local.apiUrl, dataDir: folderOf(index) });
      apps.push(app);
      return openAppWindow(browser, await app.newLink(), {
        account: testWallet(index),
        rpcUrl: local.rpcUrl,
      });
    },

    /** The adapter that an app trained for a job, in the clear on its machine. */
    adapterOf: (index: number, jobId: string) =>
      join(jobsOf(index), `${localChain.id}-${local.escrow}-${jobId}`, "adapter_model.safetensors"),

    /** What the requester and two contributors gain from now on, to the wei and without gas. */
    openLedger: () =>
      openLedger(chain, {
        requester: walletOf(roles.requester),
        first: walletOf(roles.firstContributor),
        second: walletOf(roles.firstContributor + 1),
      }),

    /** Opens another job of the requester's with few rows, from the command line. */
    async openJob(reward: string): Promise<string> {
      const file = join(dataDir, "few-rows.jsonl");
      await writeFile(file, (await readRows(60)).join("\n"));
      const args = [
        "--dataset",
        file,
        "--model",
        toyModel,
        "--reward",
        reward,
        "--contributors",
        "1",
        "--yes",
      ];
      return (await runCli<{ jobId: string }>(local, roles.requester, ["job", "create", ...args])).jobId;
    },

    /** Anybody's view of what a job came to. */
    receiptOf: (jobId: string) => createApiClient({ baseUrl: local.apiUrl }).getReceipt(jobId),

    /** `trainchain result verify` on a receipt. */
    async verify(receipt: string, ...given: string[]) {
      const args = ["result", "verify", receipt, ...given];
      const { code, document } = await trainchain(local.apiUrl, roles.requester, args);
      const { findings = [] } = document as { findings?: { outcome: string; what: string }[] };
      return { code, findings };
    },

    /** `trainchain result export` of a downloaded bundle. */
    exportAs: (form: string, bundle: string) =>
      trainchain(local.apiUrl, roles.requester, [
        ...["result", "export", bundle, `--${form}`, "--model", toyModel],
      ]),

    async stop() {
      await browser.close();
      await Promise.all(apps.map((app) => app.stop()));
      await local.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type RequestWorld = Awaited<ReturnType<typeof startRequestWorld>>;
