import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createKeystoreFile } from "@trainchain/keystore";
import { type RunningProcess, roles, startProcess, testPrivateKey, waitFor } from "@trainchain/testing";
import { startLocalWorld } from "@trainchain/testing/local-world";
import { pythonEnvDir } from "../../scripts/env.ts";
import { startAgent, toyModel } from "../agent-process.ts";
import { ensurePythonTools, runPythonTool } from "../python-tools.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const password = "a passphrase of nobody";
const run = promisify(execFile);

/** What a server says when it is up. */
interface Started {
  url: string;
  key: string | null;
  limitWei: string;
  stakedWei: string;
}

/** A local TrainChain with a contributor who takes every job, and a requester's own machine that serves OpenAI's API. */
export async function startOpenAiWorld() {
  const dataDir = await mkdtemp(join(tmpdir(), "trainchain-openai-"));
  const keystore = join(dataDir, "requester.json");
  const [world] = await Promise.all([
    startLocalWorld({
      ...{ dataDir, models: [toyModel], pythonEnvDir },
      // Nothing here is about how work is proved.
      env: { indexer: { POLL_INTERVAL_MS: "100" }, worker: { REPLAY_SEGMENTS: "0" } },
    }),
    createKeystoreFile(keystore, testPrivateKey(roles.requester), password),
    ensurePythonTools(),
  ]);
  const agent = await startAgent(world, roles.firstContributor, [
    "--auto",
    "--device",
    "cpu",
    "--cores",
    "1",
  ]);

  /** `trainchain serve --openai`, once it listens. */
  async function serve(args: string[]): Promise<{ server: RunningProcess; started: Started }> {
    let output = "";
    const server = await startProcess({
      name: "trainchain serve",
      script: join(root, "apps", "cli", "src", "main.ts"),
      args: [
        ...["serve", "--openai", "--port", "0", "--dir", join(dataDir, "openai"), "--keystore", keystore],
        ...["--model", toyModel, "--json", ...args],
      ],
      env: {
        API_URL: world.apiUrl,
        TRAINCHAIN_KEYSTORE_PASSWORD: password,
        TRAINCHAIN_ENV_DIR: pythonEnvDir,
      },
      logFile: join(world.logDir, "serve.log"),
      onLine: (line) => {
        output += line;
      },
    });
    const ended = server.exited.then(async (code) => {
      throw new Error(`trainchain serve ended with ${code}: ${await server.lastLines()}`);
    });
    const started = await Promise.race([
      ended,
      waitFor("the server's address", async () => output.endsWith("}") && (JSON.parse(output) as Started)),
    ]);
    return { server, started };
  }

  /** Rows of the project's sample as OpenAI's users have them. */
  async function writeChats(name: string, count: number): Promise<string> {
    const sample = await readFile(join(root, "packages/dataset/samples/sample-600.jsonl"), "utf8");
    const rows = sample
      .split("\n")
      .slice(0, count)
      .map((line) => {
        const { instruction, input, output } = JSON.parse(line) as Record<string, string>;
        const asked = [instruction, input].filter(Boolean).join("\n\n");
        const messages = [
          { role: "system", content: "You answer briefly." },
          { role: "user", content: asked },
          { role: "assistant", content: output },
        ];
        return JSON.stringify({ messages });
      });
    const file = join(dataDir, name);
    await writeFile(file, rows.join("\n"));
    return file;
  }

  return {
    ...world,
    serve,
    writeChats,
    /** What a user's script prints, a JSON document a line. */
    async runNode(env: Record<string, string>, file: string): Promise<string[]> {
      const args = ["--disable-warning=ExperimentalWarning", here("quickstart.ts"), file];
      const { stdout } = await run(process.execPath, args, { env: { PATH: process.env.PATH, ...env } });
      return stdout.trim().split("\n");
    },
    runPython: (env: Record<string, string>, file: string): Promise<string> =>
      runPythonTool(here("quickstart.py"), [file], env),
    async stop() {
      await agent.stop();
      await world.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
