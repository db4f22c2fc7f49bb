import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { testPrivateKey } from "@trainchain/testing";

const script = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));

/** What a command said: its exit code (0 done, 2 the user can mend it) and its one JSON document. */
export interface Outcome {
  code: number;
  document: {
    transaction?: string;
    amountWei?: string;
    refundWei?: string;
    jobId?: string;
    released?: { contributor: string }[];
    enforced?: { contributor: string }[];
    evidenceCid?: string;
    id?: string;
    items?: unknown[];
    error?: { code: string; message: string; fix?: string };
  };
}

/** Runs `trainchain … --json` as a process of its own, for one of the test wallets. */
export function trainchain(apiUrl: string, wallet: number, args: string[]): Promise<Outcome> {
  const env = { PATH: process.env.PATH, API_URL: apiUrl, WALLET_PRIVATE_KEY: testPrivateKey(wallet) };
  const flags = ["--disable-warning=ExperimentalWarning", script, ...args, "--json"];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, flags, { env }, (error, stdout, stderr) => {
      try {
        const code = typeof error?.code === "number" ? error.code : 0;
        resolve({ code, document: JSON.parse(stdout) as Outcome["document"] });
      } catch (cause) {
        reject(new Error(`trainchain ${args.join(" ")} printed no JSON: ${stdout}${stderr}`, { cause }));
      }
    });
  });
}
