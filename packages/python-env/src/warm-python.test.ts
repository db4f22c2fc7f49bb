import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type TrainerEvent, trainerEventSchema } from "@trainchain/protocol";
import { isAlive, linkSystemPython, waitFor } from "@trainchain/testing";
import { beforeAll, expect, test } from "vitest";
import { runPython } from "./run-python.ts";
import { createWarmPython, type WarmPython } from "./warm-python.ts";

const trainerDir = fileURLToPath(new URL("../../../trainer", import.meta.url));

/** The system's Python, which lacks the packages: what is tested here is the way of a run. */
let envDir: string;
let scriptDir: string;
let warm: WarmPython;
beforeAll(async () => {
  envDir = await linkSystemPython();
  scriptDir = join(envDir, "trainer");
  await mkdir(scriptDir);
  for (const name of ["warm.py", "warm_run.py", "lean_imports.py"])
    await copyFile(join(trainerDir, name), join(scriptDir, name));
  await writeFile(join(scriptDir, "beside.py"), "word = 'beside'");
  warm = createWarmPython({ envDir, scriptDir });
});

async function run(
  code: string,
  options: {
    signal?: AbortSignal;
    onEvent?: (event: TrainerEvent) => void;
    env?: Record<string, string>;
  } = {},
) {
  const script = join(scriptDir, `script-${Math.random()}.py`);
  await writeFile(script, code);
  const log: string[] = [];
  const events = await runPython({
    ...{ dir: envDir, script, args: ["a b"], schema: trainerEventSchema, graceMs: 100, niceness: 3 },
    ...options,
    warm: await warm.socket(),
    onLog: (line) => log.push(line),
  });
  return { events, log };
}

const isLinux = process.platform === "linux";

test.runIf(isLinux)(
  "a forked run has its own arguments, environment, folder and modules, and is no child of its caller",
  async () => {
    const code = `import json, os, sys, beside
print(json.dumps([__name__, sys.argv[1:], os.environ["OWN"], os.getcwd(), beside.word, os.nice(0)]))
print(os.getppid() == int(os.environ["TRAINCHAIN_PARENT_PID"]), os.getsid(0) == os.getpid())
print("error", file=sys.stderr)
print('{"event": "resumed", "step": 1}')`;
    const { events, log } = await run(code, { env: { OWN: "of this run" } });
    expect(events).toEqual([{ event: "resumed", step: 1 }]);
    expect(log.map((line) => (line.startsWith("[") ? JSON.parse(line) : line)).sort()).toEqual(
      [["__main__", ["a b"], "of this run", process.cwd(), "beside", 3], "True True", "error"].sort(),
    );
    const next = await run("import os, sys\nprint('OWN' in os.environ, 'beside' in sys.modules)");
    expect(next.log).toEqual(["False False"]);
  },
);

test.each([
  ["sys.exit(75)", { exitCode: 75, signal: null }],
  ["raise ValueError('why')", { exitCode: 1, signal: null }],
  ["os.kill(os.getpid(), 9)", { exitCode: null, signal: "SIGKILL" }],
  ["os.abort()", { exitCode: null, signal: "SIGABRT" }],
])("a run that ends by `%s` ends so for its caller", async (code, end) => {
  await expect(run(`import os, sys\n${code}`)).rejects.toMatchObject({ code: "training-failed", facts: end });
});

test("an abort asks the run to end; one that does not is killed, with what it started", async () => {
  const asked = new AbortController();
  const polite = join(scriptDir, "polite");
  await expect(
    run(
      `import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path(${JSON.stringify(polite)}).touch(), sys.exit(0)))
print('{"event": "resumed", "step": 1}', flush=True)
time.sleep(600)`,
      { signal: asked.signal, onEvent: () => asked.abort(new Error("enough")) },
    ),
  ).rejects.toThrow("enough");
  await readFile(polite);

  const forced = new AbortController();
  const children = join(scriptDir, "children");
  await expect(
    run(
      `import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(${JSON.stringify(children)}, "w").write(f"{os.getpid()} {child.pid}")
print('{"event": "resumed", "step": 1}', flush=True)
time.sleep(600)`,
      { signal: forced.signal, onEvent: () => forced.abort(new Error("enough")) },
    ),
  ).rejects.toThrow("enough");
  for (const pid of (await readFile(children, "utf8")).split(" "))
    await waitFor(`process ${pid} to end`, async () => !isAlive(Number(pid)));
});

test.runIf(isLinux)(
  "several run at once; where the process that they are forked from dies they may be retried, and the next is forked from another",
  async () => {
    const before = await warm.socket();
    let started = 0;
    const parents: number[] = [];
    const both = Promise.allSettled(
      [1, 2].map((step) =>
        run(
          `import os, time\nprint('{"event": "resumed", "step": %d}' % os.getppid(), flush=True)\ntime.sleep(600)`,
          {
            onEvent: (event) => {
              started += step;
              if (event.event === "resumed") parents.push(event.step);
            },
          },
        ),
      ),
    );
    await waitFor("both to run", async () => started === 3);
    const [parent = 0] = parents;
    expect(parents).toEqual([parent, parent]);
    // Without a process to fork from, runs would be this one's own children.
    expect(parent).not.toBe(process.pid);
    process.kill(parent, "SIGKILL");
    expect(await both).toEqual(
      [1, 2].map(() =>
        expect.objectContaining({
          status: "rejected",
          reason: expect.objectContaining({ facts: expect.objectContaining({ exitCode: 75 }) }),
        }),
      ),
    );
    await waitFor("it to be missed", async () => (await warm.socket()) !== before);
    expect((await run("print('well')")).log).toEqual(["well"]);
  },
);

test.runIf(isLinux)("one that cannot be begun is none, and is begun once it can be", async () => {
  const temporary = process.env.TMPDIR;
  const other = createWarmPython({ envDir, scriptDir });
  process.env.TMPDIR = join(envDir, "no-such-folder");
  try {
    expect(await other.socket()).toBeUndefined();
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
  }
  expect(await other.socket()).toBeDefined();
});

test.runIf(isLinux)(
  "one that does not get ready is not waited for longer than its caller does, and then given up",
  async () => {
    const hanging = join(envDir, "hanging");
    await mkdir(hanging);
    await writeFile(join(hanging, "warm.py"), "import time; time.sleep(600)");
    const other = createWarmPython({ envDir, scriptDir: hanging, patienceMs: 1_500 });
    const leaving = new AbortController();
    const left = other.socket(leaving.signal);
    leaving.abort(new Error("the caller went away"));
    await expect(left).rejects.toThrow("the caller went away");
    expect(await other.socket()).toBeUndefined();
  },
);

test("where there is none, a run starts by itself", async () => {
  const none = createWarmPython({ envDir, scriptDir: envDir });
  expect(await none.socket()).toBeUndefined();
  const script = join(scriptDir, "by-itself.py");
  await writeFile(script, `import os\nprint('{"event": "resumed", "step": %d}' % os.getppid())`);
  const events = await runPython({
    ...{ dir: envDir, script, args: [], schema: trainerEventSchema, warm: join(scriptDir, "no-socket") },
  });
  expect(events).toEqual([{ event: "resumed", step: process.pid }]);
});
