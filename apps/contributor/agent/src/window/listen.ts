import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import type { Hono } from "hono";

export interface Listening {
  port: number;
  close(): Promise<void>;
}

/** Listens on the loopback interface alone; on another port where the wanted one is taken. */
export async function listen(server: Hono, wantedPort: number): Promise<Listening> {
  const http = await bind(server, wantedPort).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    return bind(server, 0);
  });
  return {
    port: (http.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        if ("closeAllConnections" in http) http.closeAllConnections();
      }),
  };
}

function bind(server: Hono, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const http = serve({ fetch: server.fetch, hostname: "127.0.0.1", port }, () => resolve(http));
    http.once("error", reject);
  });
}
