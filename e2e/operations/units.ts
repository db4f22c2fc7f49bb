import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
export const runsAsRoot = process.getuid?.() === 0;

export interface Unit {
  name: string;
  text: string;
}

/** The units, with this checkout in the place of the installed release, and settings and data below `dir`. */
export async function listUnits(dir: string): Promise<Unit[]> {
  const folder = join(root, "deploy", "systemd");
  return Promise.all(
    (await readdir(folder)).map(async (name) => ({
      name,
      text: (await readFile(join(folder, name), "utf8"))
        .replaceAll("/opt/trainchain/bin/node", process.execPath)
        .replaceAll("/opt/trainchain/current", root)
        .replaceAll("/etc/trainchain", join(dir, "settings"))
        .replaceAll("/var/lib/trainchain", join(dir, "data")),
    })),
  );
}

/** Every value of a setting. */
export function settingsOf({ text }: Unit, key: string): string[] {
  return [...text.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].map(([, value = ""]) => value);
}

/** The one value of a setting that the unit must have. */
export function settingOf(unit: Unit, key: string): string {
  const [value] = settingsOf(unit, key);
  if (value === undefined) throw new Error(`${unit.name} has no ${key}`);
  return value;
}

/** Numbers for the users and groups that install.sh makes; they need no entry to own files and run programs. */
const numbers = [
  "trainchain",
  ...["api", "indexer", "worker", "evaluator"].map((name) => `trainchain-${name}`),
];
export const numberOf = (name: string) => 64_100 + numbers.indexOf(name);

/** The worker is of the evaluator's group too, as install.sh has it. */
function groupsOf(unit: Unit): number[] {
  const own = numberOf(settingOf(unit, "Group"));
  return unit.name === "trainchain-worker.service" ? [own, numberOf("trainchain-evaluator")] : [own];
}

/** A command as a unit's user and groups; without root's rights everybody is the same unprivileged user. */
function asUserOf(unit: Unit, command: readonly string[]): [string, string[]] {
  if (!runsAsRoot) return [command[0] ?? "", command.slice(1)];
  const user = [`--reuid=${numberOf(settingOf(unit, "User"))}`, `--regid=${groupsOf(unit)[0]}`];
  return ["setpriv", [...user, `--groups=${groupsOf(unit).join(",")}`, "--", ...command]];
}

/** Whether a command succeeds for a unit's user. */
export function succeeds(unit: Unit, ...command: string[]): boolean {
  const [program, args] = asUserOf(unit, command);
  return spawnSync(program, args).status === 0;
}

/** The variables that systemd would hand to a unit. */
async function environmentOf(unit: Unit): Promise<Record<string, string>> {
  const texts = await Promise.all(
    settingsOf(unit, "EnvironmentFile").map((file) =>
      readFile(file.replace(/^-/, ""), "utf8").catch((error: unknown) => {
        if (file.startsWith("-")) return "";
        throw error;
      }),
    ),
  );
  const lines = texts.flatMap((text) => text.split("\n"));
  lines.push(...settingsOf(unit, "Environment").flatMap((values) => values.split(" ")));
  const named = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(named.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

export interface RunningUnit {
  unit: Unit;
  child: ChildProcess;
  pid: number;
  monitor: string;
  /** All that it has written. */
  said: () => string;
}

/** Starts a unit's command with its environment, user, groups and umask, and a monitoring port of its own. */
export async function startUnit(unit: Unit, monitorPort: number, home: string): Promise<RunningUnit> {
  const umask = `umask ${settingOf(unit, "UMask")} && exec "$0" "$@"`;
  const command = ["sh", "-c", umask, ...settingOf(unit, "ExecStart").split(" ")];
  const [program, args] = asUserOf(unit, command);
  const { PATH } = process.env;
  const child = spawn(program, args, {
    cwd: settingOf(unit, "WorkingDirectory"),
    env: { PATH, HOME: home, ...(await environmentOf(unit)), MONITOR_PORT: String(monitorPort) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  return { unit, child, pid: child.pid ?? 0, monitor: `http://127.0.0.1:${monitorPort}`, said: () => said };
}
