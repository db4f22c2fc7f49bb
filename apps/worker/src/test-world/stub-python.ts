import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a delivered file says of itself to the scripts below. */
export const notes = {
  dies: "this one ends the program",
  takesTooLong: "this one has the system end the program",
  takesLong: "this one takes long",
  noNumber: "this one has no loss",
  better: "this one is better than any merge",
};

const script = (dir: string) => `
import json, os, signal, sys, time
name, arguments = os.path.basename(sys.argv[1]), sys.argv[2:]
with open("${join(dir, "runs")}", "a") as runs:
    runs.write(name + (" --known-good" if "--known-good" in arguments else "") + "\\n")

def say(**event):
    print(json.dumps(event), flush=True)

def read(file):
    data = open(file, "rb").read()
    if b"${notes.dies}" in data:
        os.abort()
    if b"${notes.takesTooLong}" in data:
        os.kill(os.getpid(), signal.SIGXCPU)
    while b"${notes.takesLong}" in data and os.path.exists("${join(dir, "slow")}"):
        time.sleep(0.05)
    return data

if os.path.exists("${join(dir, "down")}"):
    os.abort()

def crowded(files):
    """Ends a run that holds more than one file: what a machine does that has memory for one."""
    if len(files) > 1 and os.path.exists("${join(dir, "small")}"):
        os.abort()

if name == "evaluate.py":
    folders = arguments[arguments.index("--adapters") + 1 :]
    for subject in ([] if "--without-base" in arguments else ["base"]) + folders:
        if subject != "base":
            crowded(folders)
        if subject != "base" and b"${notes.noNumber}" in read(subject + "/adapter_model.safetensors"):
            say(event="unmeasured", name=subject, message="the loss is not finite")
        else:
            loss = 2.0 if subject == "base" else 1.0
            if subject != "base" and b"${notes.better}" in read(subject + "/adapter_model.safetensors"):
                loss = 0.5
            if os.path.basename(subject) == "merged" and os.path.exists("${join(dir, "spoilt")}"):
                loss = 3.0
            counts = {"rows": 20, "tokens": 200, "tokensRead": 400, "seconds": 0}
            say(event="evaluated", name=subject, loss=loss, bitsPerByte=loss, rowLosses=[loss] * 20, **counts)
elif name == "count_rows.py":
    for file in arguments[arguments.index("--files") + 1 :]:
        rows = sum(1 for line in open(file))
        say(event="counted", file=os.path.basename(file), rows=rows, fitting=rows, roomyLength=64)
elif name == "evaluate_image.py":
    if "--model" in arguments:
        read(arguments[arguments.index("--model") + 1])
    for check in ("onnx", "classes-and-size"):
        say(event="checked", check=check, ok=True, message="")
    confusion = [[10 if row == column else 0 for column in range(4)] for row in range(4)]
    say(event="evaluated", rows=40, correct=40, confusion=confusion, seconds=0)
elif name == "check_images.py":
    if "--archive" in arguments:
        read(arguments[arguments.index("--archive") + 1])
    say(event="decoded", images=1, seconds=0)
`;

/**
 * A Python environment in which the evaluator's scripts measure nothing: they end as the notes in the files that they
 * are given say. What stands in is Python's packages; the worker runs them as it always does.
 */
export async function writeStubPython(dir: string) {
  await mkdir(join(dir, "bin"), { recursive: true });
  await writeFile(join(dir, "stub.py"), script(dir));
  await writeFile(join(dir, "bin", "python"), `#!/bin/sh\nexec python3 "${join(dir, "stub.py")}" "$@"\n`);
  await chmod(join(dir, "bin", "python"), 0o755);
  const toggle = (name: string) => (on: boolean) =>
    on ? writeFile(join(dir, name), "") : rm(join(dir, name), { force: true });
  return {
    dir,
    /** From now on every script dies at once, whatever it is given; or does not. */
    setDown: toggle("down"),
    /** From now on what takes long does not end; or does. */
    setSlow: toggle("slow"),
    /** The scripts that were run, with --known-good where they were. */
    runs: async () => (await readFile(join(dir, "runs"), "utf8").catch(() => "")).split("\n").slice(0, -1),
    /** From now on a run over more than one adapter dies of it, once the base model is measured; or does not. */
    setSmall: toggle("small"),
    /** From now on every merge is worse than the base model; or is not. */
    setSpoilt: toggle("spoilt"),
  };
}
