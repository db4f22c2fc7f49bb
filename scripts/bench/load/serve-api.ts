import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import { connect } from "@trainchain/db";
import { freePort, startProcess, waitFor } from "@trainchain/testing";
import { createApp } from "../../../apps/api/src/app.ts";
import { buildDeps } from "../../../apps/api/src/build-deps.ts";
import { readEnv } from "../../../apps/api/src/env.ts";
import { type RateLimits, routeClasses } from "../../../apps/api/src/http/rate-limit.ts";
import type { Statement } from "./find-whole-reads.ts";
import type { LoadWorld } from "./load-world.ts";

/** The service's unit, for the memory that it lets Node take. */
const unit = new URL("../../../deploy/systemd/trainchain-api.service", import.meta.url);
const script = fileURLToPath(new URL("../../../apps/api/src/main.ts", import.meta.url));

/** One client asks more often here than it may. */
const unhurried = Object.fromEntries(
  routeClasses.map((name) => [name, { limit: 1_000_000, windowMs: 60_000 }]),
) as RateLimits;

/** The API in this process, as it is but for how often one client may ask; notes every statement in `sent`. */
export async function serveApiHere({ settings }: LoadWorld, sent: Statement[]) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const deps = await buildDeps(readEnv({ ...settings, PUBLIC_URL: baseUrl, LOG_LEVEL: "silent" }));
  const connection = connect(settings.DATABASE_URL, {
    onStatement: (text, parameters) => sent.push({ text, parameters }),
  });
  const app = createApp({ ...deps, connection, limits: { ...deps.limits, rates: unhurried } });
  server.on("request", getRequestListener(app.fetch));
  return {
    baseUrl,
    async stop() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await connection.close();
      await deps.close();
    },
  };
}

/** The API as a process of its own, with its usual limits and its service's options. */
export async function startApiProcess({ settings, dir }: LoadWorld, further: Record<string, string> = {}) {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const nodeOptions = (await readFile(unit, "utf8")).match(/NODE_OPTIONS=(.*)/)?.[1] ?? "";
  const env = {
    ...settings,
    PUBLIC_URL: baseUrl,
    PORT: String(port),
    LOG_LEVEL: "warn",
    NODE_OPTIONS: nodeOptions,
    ...further,
  };
  const child = await startProcess({ name: "api", script, env, logFile: join(dir, "api.log") });
  await waitFor("the API to be ready", async () => (await fetch(`${baseUrl}/readyz`)).ok);
  return {
    baseUrl,
    /** Resident memory in MB: now, and the most that there ever was. */
    async memoryMb() {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      const of = (name: string) => Math.round(Number(status.match(`${name}:\\s*(\\d+) kB`)?.[1]) / 1_000);
      return { now: of("VmRSS"), peak: of("VmHWM") };
    },
    stop: () => child.stop(),
  };
}
