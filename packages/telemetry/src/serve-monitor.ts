import { createServer, type Server, type ServerResponse } from "node:http";
import { toTrainChainError } from "@trainchain/protocol";
import type { Registry } from "prom-client";
import type { ProcessEnv } from "./process-env.ts";

export interface Monitor {
  registry: Registry;
  /** Rejects, with what is missing, while the process cannot do its work. */
  assertReady: () => Promise<void>;
}

type MonitoredAt = Pick<ProcessEnv, "MONITOR_PORT" | "MONITOR_HOST">;

/** Longest time that a neighbour is waited for. */
const patienceMs = 5_000;

/** Serves /healthz, /readyz and /metrics where the settings name a port. Returns how to end it. */
export async function serveMonitor(env: MonitoredAt, monitor: Monitor): Promise<() => Promise<void>> {
  if (env.MONITOR_PORT === undefined) return async () => undefined;
  const server = createServer((request, response) => {
    answer(monitor, request.method ?? "", request.url ?? "", response).catch(() => response.destroy());
  });
  await listen(server, env.MONITOR_PORT, env.MONITOR_HOST);
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}

async function answer(monitor: Monitor, method: string, url: string, response: ServerResponse) {
  const path = url.split("?")[0];
  if (method !== "GET" || !path) return send(response, 405, { error: "only GET is answered here" });
  if (path === "/healthz") return send(response, 200, { status: "ok" });
  if (path === "/readyz") return readiness(monitor, response);
  if (path !== "/metrics") return send(response, 404, { error: "/healthz, /readyz and /metrics are here" });
  const text = await monitor.registry.metrics();
  response.writeHead(200, { "content-type": monitor.registry.contentType }).end(text);
}

async function readiness({ assertReady }: Monitor, response: ServerResponse): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
  });
  try {
    await Promise.race([assertReady(), late]);
    send(response, 200, { status: "ready" });
  } catch (error) {
    const { code, message, fix } = toTrainChainError(error);
    send(response, 503, {
      status: "not ready",
      code,
      message: code === "internal" ? "see the log" : message,
      fix,
    });
  } finally {
    clearTimeout(timer);
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}
