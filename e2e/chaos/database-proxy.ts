import { once } from "node:events";
import { type AddressInfo, createServer, connect as dial, type Socket } from "node:net";

/** The address under which the platform finds its database, wherever that is: what moves when a standby takes over. */
export async function startDatabaseProxy() {
  const sockets = new Set<Socket>();
  let target = 0;
  const server = createServer((client) => {
    const database = dial(target, "127.0.0.1");
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    /** Leads to another port of this machine; connections to the one before are cut. Returns the proxy's own. */
    async leadTo(port: number): Promise<number> {
      target = port;
      for (const socket of sockets) socket.destroy();
      return (server.address() as AddressInfo).port;
    },
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
