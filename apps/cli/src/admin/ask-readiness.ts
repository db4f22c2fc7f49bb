import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { TrainChainError } from "@trainchain/protocol";

/** Asks an evaluator on its socket whether it can do its work; throws what it says that it lacks. */
export async function askReadiness(socketPath: string): Promise<void> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ socketPath, path: "/readyz" }, resolve).once("error", reject).end();
  });
  const said = await text(answer);
  if (answer.statusCode === 200) return;
  throw new TrainChainError("configuration-invalid", `the evaluator is not ready: ${said}`);
}
