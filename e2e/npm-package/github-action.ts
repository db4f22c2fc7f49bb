import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { Outcome } from "./install-package.ts";

interface Step {
  id?: string;
  shell: string;
  env: Record<string, string>;
  run: string;
}

export interface Action {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: Step[] };
}

const file = fileURLToPath(new URL("../../.github/actions/finetune/action.yml", import.meta.url));

export async function readAction(): Promise<Action> {
  return parse(await readFile(file, "utf8")) as Action;
}

/**
 * Runs an action's shell steps one after the other as a runner does: expressions in `env` alone are filled in, what a
 * step writes to GITHUB_OUTPUT is the next one's to read, and the first that fails ends it.
 */
export async function runAction(
  { inputs, outputs, runs }: Action,
  {
    given,
    github,
    folder,
    env,
  }: {
    given: Record<string, string>;
    github: Record<string, string>;
    folder: string;
    env: Record<string, string>;
  },
): Promise<Outcome & { outputs: Record<string, string> }> {
  const known: Record<string, string> = { ...prefixed("github", github) };
  for (const [name, { default: fallback = "" }] of Object.entries(inputs))
    known[`inputs.${name}`] = given[name] ?? fill(fallback, known);
  const whole: Outcome = { code: 0, stdout: "", stderr: "" };
  await mkdir(folder, { recursive: true });
  for (const [index, step] of runs.steps.entries()) {
    const output = join(folder, `output-${index}`);
    await writeFile(output, "");
    const own = Object.fromEntries(Object.entries(step.env).map(([name, text]) => [name, fill(text, known)]));
    const all = { ...env, ...own, RUNNER_TEMP: folder, GITHUB_OUTPUT: output };
    const { code, stdout, stderr } = await bash(step.run, all, folder);
    Object.assign(whole, { code, stdout: whole.stdout + stdout, stderr: whole.stderr + stderr });
    if (code !== 0) break;
    const lines = (await readFile(output, "utf8")).split("\n").filter(Boolean);
    const told = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
    Object.assign(known, prefixed(`steps.${step.id}.outputs`, told));
  }
  const values = Object.entries(outputs).map(([name, { value }]) => [name, fill(value, known)]);
  return { ...whole, outputs: Object.fromEntries(values) };
}

const prefixed = (prefix: string, values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));

function fill(text: string, known: Record<string, string>): string {
  return text.replace(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (_, name: string) => known[name] ?? "");
}

/** As runners start `shell: bash`. */
function bash(script: string, env: Record<string, string>, cwd: string): Promise<Outcome> {
  const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", script];
  return new Promise((resolve) => {
    execFile("bash", args, { env, cwd }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}
