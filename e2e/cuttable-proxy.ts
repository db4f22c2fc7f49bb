import { once } from "node:events";
import { type AddressInfo, createServer, connect as dial, type Socket } from "node:net";

export interface CuttableProxy {
  url: string;
  /**
   * Cuts the network in the middle of the next request that begins so, once so many bytes of its body or its answer
   * have passed and `arrived` resolves, while no more pass: every connection breaks and none is let in any more.
   * Resolves when that has happened.
   */
  cutIn(
    request: `GET ${string}` | `PATCH ${string}`,
    afterBytes: number,
    arrived?: () => Promise<unknown>,
  ): Promise<void>;
  mend(): void;
  /** Heads of the requests that begin so, as they passed. */
  heads(request: string): string[];
  stop(): Promise<void>;
}

/** A network between a client and a server on this machine that can be cut, by bytes and not by time. */
export async function startCuttableProxy(targetUrl: string): Promise<CuttableProxy> {
  const target = Number(new URL(targetUrl).port);
  const sockets = new Set<Socket>();
  const seen: string[] = [];
  let isCut = false;
  let isFull = false;
  let wanted:
    | { request: string; afterBytes: number; arrived: () => Promise<unknown>; done: () => void }
    | undefined;

  function cut(): void {
    isCut = true;
    isFull = false;
    wanted?.done();
    wanted = undefined;
    for (const socket of sockets) socket.destroy();
  }

  const server = createServer((client) => {
    if (isCut) return client.destroy();
    const upstream = dial(target, "127.0.0.1");
    let passed: number | undefined;
    /** Passes a piece on; the one that reaches the limit is the last to arrive. */
    const pass = (piece: Buffer, to: Socket, counts: boolean) => {
      if (isCut || isFull) return;
      const isLast = counts && passed !== undefined && wanted && passed + piece.length > wanted.afterBytes;
      if (counts && passed !== undefined) passed += piece.length;
      if (isLast) isFull = true;
      to.write(piece, () => isLast && wanted?.arrived().then(cut, cut));
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
    }
    client.on("data", (piece) => {
      const text = piece.toString("latin1");
      const isHead = /^[A-Z]+ \/\S* HTTP\/1\.1\r\n/.test(text);
      if (isHead) seen.push(text.split("\r\n\r\n")[0] ?? "");
      if (isHead && wanted) passed = text.startsWith(wanted.request) ? 0 : undefined;
      pass(piece, upstream, wanted?.request.startsWith("PATCH") === true);
    });
    upstream.on("data", (piece) => pass(piece, client, wanted?.request.startsWith("GET") === true));
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutIn(request, afterBytes, arrived = async () => undefined) {
      const done = Promise.withResolvers<void>();
      wanted = { request, afterBytes, arrived, done: done.resolve };
      return done.promise;
    },
    mend() {
      isCut = false;
    },
    heads: (request) => seen.filter((head) => head.startsWith(request)),
    async stop() {
      server.close();
      cut();
      await once(server, "close");
    },
  };
}
