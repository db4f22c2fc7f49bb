import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TrainerEvent, trainerEventSchema } from "@trainchain/protocol";
import { linkSystemPython } from "@trainchain/testing";
import { beforeAll, expect, test } from "vitest";
import { runPython } from "./run-python.ts";

let dir: string;

beforeAll(async () => {
  dir = await linkSystemPython();
});

async function runCode(
  code: string,
  options: { onEvent?: (event: TrainerEvent) => void; signal?: AbortSignal; mostOutput?: number } = {},
) {
  const script = join(dir, "script.py");
  await writeFile(script, code);
  return runPython({ dir, script, args: ["a b"], schema: trainerEventSchema, graceMs: 100, ...options });
}

const step = `{"event": "step", "step": 1, "steps": 2, "epoch": 0.5, "loss": 3.5, "learningRate": 0.001,
  "tokens": 9, "tokensPerSecond": 9.5, "etaSeconds": 1, "memoryMb": 1}`.replace(/\s+/g, " ");

test("events are read, other output is not one, arguments arrive whole", async () => {
  const seen: TrainerEvent[] = [];
  const code = `import sys
print("a package says hello")
print('{"event": "unheard of"}')
print('${step}')
print('{"event": "resumed", "step": %d}' % len(sys.argv[1]))`;
  const events = await runCode(code, { onEvent: (event) => seen.push(event) });
  expect(seen.map((event) => event.event)).toEqual(["step", "resumed"]);
  expect(events).toEqual([{ event: "resumed", step: 3 }]);
});

test("a failure keeps the script's own words, its exit code and its log", async () => {
  const code = `import sys
print('{"event": "failed", "code": "hardware-insufficient", "message": "the disk is full", "fix": "free some"}')
print("a traceback", file=sys.stderr)
sys.exit(2)`;
  await expect(runCode(code)).rejects.toMatchObject({
    code: "hardware-insufficient",
    message: "the disk is full",
    fix: "free some",
    facts: { exitCode: 2, log: ["a traceback"] },
  });
});

test("a script that dies without a word is a failed training with its last line", async () => {
  const failed = runCode(
    "import os, sys\nprint('Segmentation', file=sys.stderr, flush=True)\nos.kill(os.getpid(), 9)",
  );
  await expect(failed).rejects.toMatchObject({
    code: "training-failed",
    message: "script.py was ended by SIGKILL: Segmentation",
  });
});

test("a script that prints more than it may is ended", async () => {
  const failed = runCode("while True: print('{' * 1000)", { mostOutput: 50_000 });
  await expect(failed).rejects.toMatchObject({
    code: "training-failed",
    message: "script.py printed more than it may",
  });
});

test("only the last 200 lines of the log are kept", async () => {
  const failed = runCode("import sys\nfor i in range(500): print(i, file=sys.stderr)\nsys.exit(1)");
  const log = await failed.catch((error) => error.facts.log);
  expect([log.length, log[0], log.at(-1)]).toEqual([200, "300", "499"]);
});

// A run is over when nobody holds its output any more, so the rejection itself shows that the grandchild is gone.
test("an abort ends the script and what it started, even when they refuse to stop", async () => {
  const abort = new AbortController();
  const code = `import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print('{"event": "resumed", "step": 1}', flush=True)
time.sleep(600)`;
  await expect(runCode(code, { onEvent: () => abort.abort(), signal: abort.signal })).rejects.toThrow(
    /abort/i,
  );
});
