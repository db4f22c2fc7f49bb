import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkSystemPython } from "@trainchain/testing";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createEvaluator } from "../../apps/evaluator/src/app.ts";
import { createRemoteEvaluator } from "../../apps/worker/src/evaluating/remote-evaluator.ts";
import { createLocalEvaluator } from "../../packages/python-env/src/index.ts";

/** The worker's two ways to an evaluator, with small scripts under the real ones' names. */
let dir: string;
let envDir: string;
let server: ReturnType<typeof createEvaluator>;
const log = pino({ level: "silent" });
const ways = ["here", "behind a socket"] as const;

beforeAll(async () => {
  envDir = await linkSystemPython();
  dir = await mkdtemp(join(tmpdir(), "evaluators-"));
  await mkdir(join(dir, "shared"));
  for (const [name, code] of Object.entries(scripts)) await writeFile(join(dir, name), code);
  server = createServer();
  await server.listen();
});
afterAll(async () => {
  await server?.stop();
  for (const folder of [dir, envDir]) await rm(folder, { recursive: true, force: true });
});

const scripts = {
  "generate.py": `import json, os, sys
for model in ("base", "tuned"):
    print(json.dumps({"event": "generated", "model": model, "text": str(os.nice(0)) if sys.argv[1] == "how nice" else sys.argv[1], "tokens": 1, "seconds": 0}))`,
  "evaluate.py": `import json, os, sys
print(json.dumps({"event": "failed", "code": "adapter-invalid", "message": "not finite", "fix": "refuse it"}))
os.kill(os.getpid(), 9) if sys.argv[1] == "killed" else sys.exit(2)`,
  "check_images.py": `import json, time
print(json.dumps({"event": "unreadable", "file": "a.png", "message": ""}), flush=True)
time.sleep(600)`,
};

const socketOf = () => join(dir, "socket");
const createServer = () =>
  createEvaluator({ EVALUATOR_SOCKET: socketOf(), TRAINCHAIN_ENV_DIR: envDir, EVALUATOR_RUNS: 2 }, log, dir);
const evaluatorOf = (way: (typeof ways)[number]) =>
  way === "here"
    ? createLocalEvaluator({ envDir, scriptDir: dir })
    : createRemoteEvaluator({ socket: socketOf(), sharedDir: join(dir, "shared") });

it.each(ways)("%s: events are told as they come and handed back at the end", async (way) => {
  const told: string[] = [];
  const events = await evaluatorOf(way).run({
    script: "generate.py",
    args: ["Grüezi"],
    onEvent: (event) => told.push(event.event),
  });
  expect(events).toMatchObject([
    { model: "base", text: "Grüezi" },
    { model: "tuned", text: "Grüezi" },
  ]);
  expect(told).toEqual(["generated", "generated"]);
});

it.each(ways)("%s: a script stands back for everything else, unless it is told how far", async (way) => {
  const asked = { script: "generate.py", args: ["how nice"] } as const;
  const usual = await evaluatorOf(way).run(asked);
  const told = await evaluatorOf(way).run({ ...asked, niceness: 5 });
  expect([usual, told].map(([event]) => event)).toMatchObject([{ text: "10" }, { text: "5" }]);
});

it.each(ways)("%s: how a script failed is told in its words, with its code or signal", async (way) => {
  const run = (how: string) => evaluatorOf(way).run({ script: "evaluate.py", args: [how] });
  const words = { code: "adapter-invalid", message: "not finite", fix: "refuse it" };
  await expect(run("failed")).rejects.toMatchObject({ ...words, facts: { exitCode: 2, signal: null } });
  await expect(run("killed")).rejects.toMatchObject({
    ...words,
    facts: { exitCode: null, signal: "SIGKILL" },
  });
});

it.each(ways)("%s: whoever asked can break off, and gets its own reason", async (way) => {
  const stop = new AbortController();
  const reason = new Error("nobody waits any more");
  const onEvent = () => stop.abort(reason);
  const run = evaluatorOf(way).run({ script: "check_images.py", args: [], onEvent, signal: stop.signal });
  await expect(run).rejects.toBe(reason);
});

it("an evaluator that is not there, or goes away in mid-run, is an error that may be retried", async () => {
  const evaluator = evaluatorOf("behind a socket");
  let stopped: Promise<void> | undefined;
  const onEvent = () => {
    stopped = server.stop();
  };
  const gone = { code: "environment-broken", mayRetry: true, facts: {} };
  await expect(evaluator.run({ script: "check_images.py", args: [], onEvent })).rejects.toMatchObject(gone);
  await stopped;
  await expect(evaluator.run({ script: "generate.py", args: ["a"] })).rejects.toMatchObject(gone);
  server = createServer();
  await server.listen();
  expect(await evaluator.run({ script: "generate.py", args: ["a"] })).toHaveLength(2);
});
