import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const launchSchema = z.object({ pid: z.number().int(), address: z.string(), token: z.string() });
export type Launch = z.infer<typeof launchSchema>;

/** The app that runs in this folder now, so that a second start opens its window; undefined where none does. */
export async function findLaunch(dataDir: string): Promise<Launch | undefined> {
  try {
    const launch = launchSchema.parse(JSON.parse(await readFile(fileIn(dataDir), "utf8")));
    process.kill(launch.pid, 0);
    // A number may be another process's by now; only the app answers a guarded address like this.
    const answer = await fetch(`http://${launch.address}/api/state`, { signal: AbortSignal.timeout(2_000) });
    return answer.status === 401 ? launch : undefined;
  } catch {
    return undefined;
  }
}

/** Readable by the owner alone: whoever has the token can open a window. */
export async function writeLaunch(dataDir: string, launch: Launch): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = fileIn(dataDir);
  await writeFile(`${file}.new`, JSON.stringify(launch), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function removeLaunch(dataDir: string): Promise<void> {
  await rm(fileIn(dataDir), { force: true });
}

/** A code that opens one more window of the app that runs already. */
export async function askForCode({ address, token }: Launch): Promise<string> {
  const answer = await fetch(`http://${address}/api/codes`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, origin: `http://${address}` },
  });
  return z.object({ code: z.string() }).parse(await answer.json()).code;
}

/** The code travels in the fragment, which browsers send to nobody. */
export function windowUrl(address: string, code: string): string {
  return `http://${address}/#open=${code}`;
}

function fileIn(dataDir: string): string {
  return join(dataDir, "running.json");
}
