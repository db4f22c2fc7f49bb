import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { TrainChainError } from "@trainchain/protocol";

/**
 * Asks for a passphrase on the terminal without showing it.
 * @throws TrainChainError `configuration-invalid` where there is no terminal to ask on.
 */
export async function askPassphrase(question: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new TrainChainError("configuration-invalid", "a passphrase is needed and there is no terminal", {
      fix: "Set TRAINCHAIN_KEYSTORE_PASSWORD.",
    });
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(question);
  try {
    return await new Promise<string>((resolve, reject) => {
      terminal.once("SIGINT", () =>
        reject(new TrainChainError("invalid-input", "no passphrase was given", { fix: "Run it again." })),
      );
      terminal.question("", resolve);
    });
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}
