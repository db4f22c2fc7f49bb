import { Socket } from "node:net";
import type { ClientConfig } from "pg";

/** How much longer than a statement may take its answer is waited for: a server can fall silent. */
const silenceMs = 5_000;

/**
 * How clients of the database at `url` connect: an address that does not answer is given up, and so is a statement
 * whose server fell silent. `destroySockets` ends those clients at once.
 */
export function clientSettings(
  url: string,
  statementTimeoutMs: number,
): { settings: ClientConfig; destroySockets: () => void } {
  const sockets = new Set<Socket>();
  return {
    settings: {
      connectionString: url,
      application_name: "trainchain",
      statement_timeout: statementTimeoutMs || undefined,
      query_timeout: statementTimeoutMs ? statementTimeoutMs + silenceMs : undefined,
      connectionTimeoutMillis: 30_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      stream() {
        const socket = new Socket();
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
        return socket;
      },
    },
    destroySockets: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
