import { TrainChainError, toTrainChainError } from "@trainchain/protocol";

/** SQLite's own word for a disk without space. */
const sqliteFull = 13;
/** undici ends a body that stops half-way with a TypeError; viem names its errors. */
const networkErrors = ["HttpRequestError", "TimeoutError", "SocketError"];

/**
 * What went wrong, as something that the agent knows to judge. A full disk and a broken connection come as errors of
 * the system or of a library, from wherever bytes were on their way; both pass, so both may be tried again.
 */
export function toFailure(error: unknown, folder: string): TrainChainError {
  if (error instanceof TrainChainError && error.code === "disk-full")
    return error.facts.status === undefined ? diskFull(folder, error) : platformFull(error);
  if (error instanceof TrainChainError && error.code !== "internal") return error;
  const chain = [...causes(error)];
  if (chain.some(isDiskFull)) return diskFull(folder, error);
  if (chain.some(isBrokenConnection))
    return new TrainChainError("timeout", "the connection broke off", {
      fix: "Check this machine's network.",
      cause: error,
    });
  if (chain.some((cause) => (cause as Error).name === "ZodError"))
    return new TrainChainError("conflict", "the platform answered in a form that this app does not know", {
      fix: "Update the app; work that is done is kept.",
      cause: error,
    });
  return toTrainChainError(error);
}

/** The platform's own disk, which may have room long before the time that it asks for. */
function platformFull({ message, fix }: TrainChainError): TrainChainError {
  return new TrainChainError("disk-full", message, { fix });
}

function diskFull(folder: string, cause: unknown): TrainChainError {
  return new TrainChainError("disk-full", `the disk of ${folder} is full`, {
    fix: "Free some space on it: the work goes on from its last checkpoint.",
    facts: { folder },
    cause,
  });
}

export function isDiskFull(error: unknown): boolean {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return code === "ENOSPC" || code === "EDQUOT" || errcode === sqliteFull;
}

function isBrokenConnection(error: object): boolean {
  const { name, message, code } = error as { name?: string; message?: string; code?: unknown };
  return (
    networkErrors.includes(name ?? "") ||
    (name === "TypeError" && (message === "terminated" || message === "fetch failed")) ||
    ["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"].includes(String(code))
  );
}

function* causes(error: unknown): Generator<object> {
  for (let at = error; typeof at === "object" && at !== null; at = (at as { cause?: unknown }).cause)
    yield at;
}
