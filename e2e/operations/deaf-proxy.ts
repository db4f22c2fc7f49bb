import { once } from "node:events";
import { type AddressInfo, createServer, connect as dial, type Socket } from "node:net";

/** Stands before a neighbour on this machine, which may go deaf: connections stay open, and nothing is answered. */
export async function startDeafProxy(targetPort: number) {
  const sockets = new Set<Socket>();
  let deaf = false;
  const server = createServer((client) => {
    const target = dial(targetPort, "127.0.0.1");
    const join = (from: Socket, to: Socket) => {
      sockets.add(from);
      from.on("data", (piece) => deaf || to.write(piece));
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on("error", () => undefined);
    };
    join(client, target);
    join(target, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    goDeaf() {
      deaf = true;
    },
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}
