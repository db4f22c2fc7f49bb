import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RunningProcess, startProcess, waitFor } from "@trainchain/testing";
import { pythonEnvDir } from "../../scripts/env.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface AppProcess extends RunningProcess {
  /** "http://127.0.0.1:port" */
  origin: string;
  /** A link that opens one window, once. */
  newLink(): Promise<string>;
}

export interface AppProcessOptions {
  apiUrl: string;
  dataDir: string;
  env?: Record<string, string>;
  /** Whether it opens a window by itself. */
  opens?: boolean;
}

/** The contributor app as `npm run contributor` starts it, once it listens. */
export async function startContributorApp(options: AppProcessOptions): Promise<AppProcess> {
  const running = await launchContributorApp(options);
  const { address, token } = await findLaunch(running, options.dataDir);
  const origin = `http://${address}`;
  return {
    ...running,
    origin,
    async newLink() {
      const headers = { authorization: `Bearer ${token}`, origin };
      const answer = await fetch(`${origin}/api/codes`, { method: "POST", headers });
      const { code } = (await answer.json()) as { code: string };
      return `${origin}/#open=${code}`;
    },
  };
}

/** The same, whatever becomes of it: a second start in one folder ends by itself. */
export async function launchContributorApp(options: AppProcessOptions): Promise<RunningProcess> {
  const { apiUrl, dataDir, env, opens = false } = options;
  await mkdir(dataDir, { recursive: true });
  return startProcess({
    name: "contributor",
    script: join(root, "apps", "contributor", "agent", "src", "window", "main.ts"),
    args: [...(opens ? [] : ["--no-open"]), "--port", "0", "--api", apiUrl, "--data", dataDir],
    env: {
      TRAINCHAIN_ENV_DIR: pythonEnvDir,
      AGENT_POLL_MS: "200",
      AGENT_RETRY_MS: "200",
      AGENT_BENCHMARK_SECONDS: "0.5",
      ...registrySettings(),
      ...env,
    },
    logFile: join(dataDir, "app.log"),
  });
}

/** How this machine reaches its package registry. */
function registrySettings(): Record<string, string> {
  const names = Object.entries(process.env).filter(([name]) => /^(PIP|UV|SSL)_/.test(name));
  return Object.fromEntries(names.map(([name, value]) => [name, value ?? ""]));
}

async function findLaunch({ pid, exited, lastLines }: RunningProcess, dataDir: string) {
  const ended = exited.then(async (code) => {
    throw new Error(`the app ended with ${code}:\n${await lastLines()}`);
  });
  const written = waitFor("the app to listen", async () => {
    const text = await readFile(join(dataDir, "running.json"), "utf8").catch(() => "{}");
    const launch = JSON.parse(text) as { pid?: number; address: string; token: string };
    return launch.pid === pid && launch;
  });
  return Promise.race([written, ended]);
}
