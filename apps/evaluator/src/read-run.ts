import type { IncomingMessage } from "node:http";
import {
  type EvaluatorRun,
  evaluatorLimits,
  evaluatorRunSchema,
  TrainChainError,
} from "@trainchain/protocol";

/** What is asked for, whole and parsed. */
export async function readRun(request: IncomingMessage): Promise<EvaluatorRun> {
  if (request.url !== "/runs") throw new TrainChainError("not-found", "only /runs and /readyz are here");
  if (request.method !== "POST") throw new TrainChainError("method-not-allowed", "/runs takes POST only");
  const parsed = evaluatorRunSchema.safeParse(await readJson(request));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TrainChainError("invalid-input", `${issue?.path.join(".") || "the body"}: ${issue?.message}`, {
    fix: "Send script, args, niceness and trace as evaluatorRunSchema describes them.",
  });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  // A body that is too large is refused in words, which need the connection.
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    sizeBytes += piece.length;
    if (sizeBytes > evaluatorLimits.requestBytes)
      throw new TrainChainError("too-large", `a request has at most ${evaluatorLimits.requestBytes} bytes`);
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch {
    throw new TrainChainError("invalid-input", "the body is no JSON");
  }
}
