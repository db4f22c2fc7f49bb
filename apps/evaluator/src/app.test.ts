import { existsSync } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evaluatorLimits } from "@trainchain/protocol";
import { linkSystemPython, waitFor } from "@trainchain/testing";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { createEvaluator } from "./app.ts";

/** Small scripts under the real ones' names, on the system's Python: what is tested here is the process before them. */
let dir: string;
let envDir: string;
let socket: string;
let evaluator: ReturnType<typeof createEvaluator>;

beforeAll(async () => {
  envDir = await linkSystemPython();
  dir = await mkdtemp(join(tmpdir(), "evaluator-"));
  socket = join(dir, "socket");
  await Promise.all(Object.entries(scripts).map(([name, code]) => writeFile(join(dir, name), code)));
  evaluator = create();
  await evaluator.listen();
});
afterAll(async () => {
  await evaluator?.stop();
  for (const folder of [dir, envDir]) await rm(folder, { recursive: true, force: true });
});

const create = (runs = 1) =>
  createEvaluator(
    { EVALUATOR_SOCKET: socket, TRAINCHAIN_ENV_DIR: envDir, EVALUATOR_RUNS: runs },
    pino({ level: "silent" }),
    dir,
  );

const scripts = {
  // Tells what it was given and what it can see.
  "check_images.py": `import json, os, sys
print("a package says hello")
secret = os.environ.get("SEALING_SECRET", "nothing")
print(json.dumps({"event": "unreadable", "file": " ".join(sys.argv[1:]), "message": secret}))
print(json.dumps({"event": "unheard of"}))
print(json.dumps({"event": "decoded", "images": 1, "seconds": 0}))`,
  // Fails as the real ones do.
  "evaluate.py": `import json, sys
print(json.dumps({"event": "failed", "code": "not-found", "message": "no model", "fix": "give one"}))
print("a traceback", file=sys.stderr)
sys.exit(2)`,
  // It and its child do not end when they are asked to, but when a file appears.
  "generate.py": `import json, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(json.dumps({"event": "generated", "model": "base", "text": "", "tokens": 0, "seconds": 0}), flush=True)
while not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.01)
child.kill()`,
  // What takes long to load is begun with before anybody asks.
  "warm.py": `import os, sys
open(os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), "loaded"), "w").close()`,
  "evaluate_image.py": `import json
while True: print(json.dumps({"event": "checked", "check": "onnx", "ok": True, "message": "x" * 1000000}))`,
};

type Line = { line: string; event?: Record<string, unknown>; error?: Record<string, unknown> };

/** Sends a request; its lines are there as they come. */
function send(body: unknown, { path = "/runs", method = "POST" } = {}) {
  const lines: Line[] = [];
  let response: IncomingMessage | undefined;
  const asked = request({ socketPath: socket, path, method });
  const ended = new Promise<number | undefined>((resolve, reject) => {
    asked.once("error", reject).once("response", (answer) => {
      response = answer;
      let rest = "";
      answer.setEncoding("utf8").on("data", (text: string) => {
        const pieces = (rest + text).split("\n");
        rest = pieces.pop() ?? "";
        lines.push(...pieces.map((piece) => JSON.parse(piece)));
      });
      answer.once("error", reject).once("end", () => {
        if (rest) lines.push(JSON.parse(rest));
        resolve(answer.statusCode);
      });
    });
  });
  ended.catch(() => undefined);
  asked.end(typeof body === "string" ? body : JSON.stringify(body));
  return { lines, ended, status: () => response?.statusCode, leave: () => asked.destroy() };
}

async function ask(body: unknown, options?: Parameters<typeof send>[1]) {
  const { ended, lines } = send(body, options);
  return { status: await ended, lines };
}

const first = (lines: Line[]) => waitFor("the first event", async () => lines[0]?.event);
const hold = (until = join(dir, "never")) => send({ script: "generate.py", args: [until] });

/** Waits for the figure that is served of the runs in this state. */
const until = (state: "running" | "waiting", count: number) =>
  waitFor(`${count} to be ${state}`, async () => {
    const figures = await evaluator.monitor.registry.metrics();
    return figures.includes(`trainchain_evaluator_runs{state="${state}"} ${count}\n`);
  });

it.runIf(process.platform === "linux")("what takes long to load is loaded before the first run", async () => {
  await waitFor("it to be loaded", async () => existsSync(join(dir, "loaded")));
});

it("a run's events come a line each; what a script says besides, and this process's environment, do not", async () => {
  vi.stubEnv("SEALING_SECRET", "5e".repeat(32));
  onTestFinished(() => void vi.unstubAllEnvs());
  const answer = await ask({ script: "check_images.py", args: ["--archive", "a b; $(c)"] });
  expect(answer).toEqual({
    status: 200,
    lines: [
      { line: "event", event: { event: "unreadable", file: "--archive a b; $(c)", message: "nothing" } },
      { line: "event", event: { event: "decoded", images: 1, seconds: 0 } },
      { line: "done" },
    ],
  });
});

it("a script's failure comes back in its own words, with its exit code and its log", async () => {
  const { lines } = await ask({ script: "evaluate.py", args: [] });
  expect(lines.at(-1)).toEqual({
    line: "failed",
    error: {
      ...{ code: "not-found", message: "no model", fix: "give one" },
      facts: { exitCode: 2, signal: null, log: ["a traceback"] },
    },
  });
});

it.each([
  ["another script", { script: "train_llm.py", args: [] }, 400],
  ["a path as a script", { script: "../trainer/evaluate.py", args: [] }, 400],
  ["an object's own name as a script", { script: "constructor", args: [] }, 400],
  ["an argument with a zero", { script: "evaluate.py", args: ["a\0b"] }, 400],
  ["more than it knows", { script: "evaluate.py", args: [], env: { LD_PRELOAD: "/tmp/a.so" } }, 400],
  ["no JSON", "{", 400],
  ["nothing", "", 400],
  ["too much", `"${"x".repeat(evaluatorLimits.requestBytes)}"`, 413],
])("%s is refused in words, and nothing is run", async (_, body, status) => {
  const answer = await ask(body);
  expect(answer).toMatchObject({ status, lines: [{ error: { code: expect.any(String) } }] });
});

it("other addresses and methods are refused", async () => {
  expect(await ask({}, { path: "/" })).toMatchObject({ status: 404 });
  expect(await ask({}, { method: "PUT" })).toMatchObject({ status: 405 });
});

it("a caller that goes away ends its run, with everything that it started", async () => {
  const { lines, leave } = hold();
  await first(lines);
  await until("running", 1);
  leave();
  // A run is over when nobody holds its output any more, neither the script nor its child.
  await until("running", 0);
});

it("no more run at once than may; the others wait, in their order, or leave", async () => {
  const file = join(dir, "go-on");
  const one = hold(file);
  await first(one.lines);
  const two = hold();
  await until("waiting", 1);
  const three = send({ script: "check_images.py", args: [] });
  await until("waiting", 2);
  expect([two.status(), three.status()]).toEqual([undefined, undefined]);
  two.leave();
  await until("waiting", 1);
  await writeFile(file, "");
  expect([await one.ended, await three.ended]).toEqual([200, 200]);
  expect(three.lines.at(-1)).toEqual({ line: "done" });
});

it("a script that prints without end is ended", async () => {
  const { lines } = await ask({ script: "evaluate_image.py", args: [] });
  expect(lines.at(-1)).toMatchObject({ line: "failed", error: { code: "training-failed" } });
});

it("the socket is its owner's and group's; a second evaluator is refused, a left-over replaced", async () => {
  expect((await stat(socket)).mode & 0o777).toBe(0o660);
  await expect(create().listen()).rejects.toMatchObject({ code: "conflict" });
  const held = hold();
  await first(held.lines);
  await evaluator.stop();
  // The answer breaks off: it has no last line.
  await expect(held.ended).rejects.toThrow();
  await writeFile(socket, "");
  evaluator = create(2);
  await evaluator.listen();
  expect((await ask({ script: "check_images.py", args: [] })).lines.at(-1)).toEqual({ line: "done" });
});

it("it is ready where its Python can be run", async () => {
  expect(await ask("", { path: "/readyz", method: "GET" })).toMatchObject({ status: 200 });
  const env = { EVALUATOR_SOCKET: socket, TRAINCHAIN_ENV_DIR: dir, EVALUATOR_RUNS: 1 };
  const unready = createEvaluator(env, pino({ level: "silent" }));
  await expect(unready.monitor.assertReady()).rejects.toMatchObject({ code: "environment-broken" });
});
