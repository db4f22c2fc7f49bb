import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";

export interface ConnectionLimits {
  /** Open at once, event streams among them; further ones are closed as they come. */
  most: number;
  /** From the connection, or the answer before, to the last header. */
  headersMs: number;
  /** From there to the last byte of the body: a slower upload goes on with its next piece. */
  requestMs: number;
  /** Between looks at who is too slow. */
  checkMs: number;
}

interface Served {
  server: ServerType;
  address: AddressInfo;
}

/** Serves an app over HTTP to clients of whom some send slowly, without end, or nothing: those are answered 408. */
export function serveApp(
  fetch: Parameters<typeof serve>[0]["fetch"],
  at: { hostname: string; port: number },
  { most, headersMs, requestMs, checkMs }: ConnectionLimits,
): Promise<Served> {
  const serverOptions = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkMs,
  };
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, ...at, serverOptions }, (address) => resolve({ server, address }));
    server.once("error", reject);
    server.maxConnections = most;
  });
}
