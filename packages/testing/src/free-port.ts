import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Below every usual range of ephemeral ports (Linux 32768, IANA 49152): no outgoing connection takes one of these
 * while its server is away, as in a test that stops a database and starts it again.
 */
const range = { first: 20_000, count: 12_000 };
const reservations = join(tmpdir(), "trainchain-ports");
const own = new Set<number>();

/**
 * A port of the loopback interface that nobody listens on now, and that this process keeps to itself until it ends:
 * test files run side by side, and a server may be started later, or stopped and started again.
 */
export async function freePort(): Promise<number> {
  // As the temporary folder itself: other users test here too.
  if (mkdirSync(reservations, { recursive: true })) chmodSync(reservations, 0o1777);
  const offset = Math.floor(Math.random() * range.count);
  for (let step = 0; step < range.count; step++) {
    const port = range.first + ((offset + step) % range.count);
    if (!reserve(port)) continue;
    if (await isFree(port)) return port;
    giveUp(port);
  }
  throw new Error(`no port of ${range.first} to ${range.first + range.count - 1} is free`);
}

/** Notes this process as the port's keeper; false where another living process has it. */
function reserve(port: number): boolean {
  const file = fileOf(port);
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (!isLeftOver(file)) return false;
    rmSync(file, { force: true });
    return reserve(port);
  }
  if (own.size === 0) process.once("exit", () => own.forEach(giveUp));
  own.add(port);
  return true;
}

/** Whether the process that made a reservation has ended; one without a number yet is being written. */
function isLeftOver(file: string): boolean {
  try {
    const keeper = Number(readFileSync(file, "utf8"));
    if (!keeper) return Date.now() - statSync(file).mtimeMs > 60_000;
    process.kill(keeper, 0);
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ESRCH" || code === "ENOENT";
  }
}

function giveUp(port: number): void {
  own.delete(port);
  rmSync(fileOf(port), { force: true });
}

const fileOf = (port: number) => join(reservations, String(port));

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
