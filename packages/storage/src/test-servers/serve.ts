import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";

/** A server of the tests, speaking a store's real HTTP API over what it was given. */
export interface TestServer {
  url: string;
  /** Content by CID; tests reach in to damage it. */
  contents: Map<string, Uint8Array>;
  /** Requests seen, as "METHOD /path". */
  requests: string[];
  /** Answers in the place of the API while it returns a response; how tests make the store misbehave. */
  intercept: (request: Request) => Response | undefined | Promise<Response | undefined>;
  dropConnections(): void;
  close(): Promise<void>;
}

export type Handle = (request: Request, server: TestServer) => Response | Promise<Response>;

export async function startTestServer(handle: Handle): Promise<TestServer> {
  const testServer: TestServer = {
    url: "",
    contents: new Map(),
    requests: [],
    intercept: () => undefined,
    dropConnections: () => http.closeAllConnections(),
    close: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
  const http = serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      testServer.requests.push(`${request.method} ${new URL(request.url).pathname}`);
      return (await testServer.intercept(request)) ?? handle(request, testServer);
    },
  }) as Server;
  await once(http, "listening");
  testServer.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return testServer;
}
