import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
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
  /** How long an answer may lie unread: a reader that takes nothing for so long is cut off. */
  unreadMs: number;
}

interface Served {
  server: ServerType;
  address: AddressInfo;
}

/**
 * Serves an app over HTTP to clients of whom some send slowly, without end, or nothing: those are answered 408. Some
 * do not read what they asked for: their connections are closed.
 */
export function serveApp(
  fetch: Parameters<typeof serve>[0]["fetch"],
  at: { hostname: string; port: number },
  { most, headersMs, requestMs, checkMs, unreadMs }: ConnectionLimits,
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
    endUnread(server as Server, unreadMs);
  });
}

/** Closes connections on which nothing has moved for so long, unless an answer is still being thought about. */
function endUnread(server: Server, unreadMs: number): void {
  const answering = new Map<Socket, number>();
  server.on("request", ({ socket }, answer) => {
    answering.set(socket, (answering.get(socket) ?? 0) + 1);
    answer.once("close", () => {
      const left = (answering.get(socket) ?? 1) - 1;
      if (left > 0) answering.set(socket, left);
      else answering.delete(socket);
    });
  });
  server.setTimeout(unreadMs, (socket) => {
    if (!answering.has(socket) || socket.writableLength > 0) socket.destroy();
  });
}
