import { chmod, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { connect } from "node:net";
import { TrainChainError } from "@trainchain/protocol";

/** Listens on a socket that its owner and group may connect to. One that a killed process left behind is replaced. */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  if (await isAnswered(path))
    throw new TrainChainError("conflict", `another evaluator listens on ${path}`, {
      fix: "Stop it first, or set another EVALUATOR_SOCKET.",
    });
  await rm(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o660);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
