import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

export type NodeMood = "well" | "gone" | "slow" | "wrong";

const slowMs = 3_000;

/** Stands between the platform and its chain's node, and lets through, cuts off, delays or spoils what is asked. */
export async function startNodeProxy() {
  let mood: NodeMood = "well";
  let target = "";

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (mood === "gone") return void request.destroy();
    const body = await new Response(request as never).text();
    if (mood === "slow") await pause(slowMs);
    if (mood === "wrong") return void response.end('{"jsonrpc":"2.0","id":1,"result":"0x"}');
    const answer = await fetch(target, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    response.setHeader("content-type", "application/json");
    response.end(await answer.text());
  }

  const server = createServer((request, response) => {
    // Its own node may be restarted: that looks like a lost connection.
    forward(request, response).catch(() => request.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    async leadTo(rpcUrl: string): Promise<string> {
      target = rpcUrl;
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    /** Is in that mood for so long. */
    async be(next: NodeMood, durationMs: number): Promise<void> {
      mood = next;
      await pause(durationMs);
      mood = "well";
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

export type NodeProxy = Awaited<ReturnType<typeof startNodeProxy>>;
