import { TrainChainError } from "@trainchain/protocol";
import { readPiece } from "./read-piece.ts";
import { type Connection, foreignAnswer, readError, send, sendRaw } from "./request.ts";
import { mayPass, pause, pauseBefore, withRetries } from "./retry.ts";

/** Bytes of known length that can be read from any place on: a browser's File is one. */
export interface UploadSource {
  sizeBytes: number;
  name: string;
  /** At most these bytes: from `start` (included) to `end` (excluded). */
  slice(start: number, end: number): Promise<Blob>;
}

export interface UploadOptions {
  purpose: "dataset" | "adapter" | "boundary";
  /** The job that an adapter or a boundary is for. */
  jobId?: string | bigint;
  /** The number of a boundary, and the hashes that lead from it to the root. */
  boundary?: { number: number; path: readonly string[] };
  /** Id of an upload that was begun before: it goes on where the server has it. */
  resume?: string;
  /** Called once the server knows the upload, and after each piece. Keep the id to resume. */
  onProgress?: (progress: { id: string; sentBytes: number; sizeBytes: number }) => void;
  signal?: AbortSignal;
  pieceBytes?: number;
  /** How often what failed on the way is tried again. */
  retries?: number;
}

const tus = { "tus-resumable": "1.0.0" };

/**
 * Uploads by the tus protocol, in pieces, going on after a broken connection and an absent server. Returns the upload's
 * id.
 */
export async function upload(
  connection: Connection,
  source: UploadSource,
  options: UploadOptions,
): Promise<string> {
  const { resume, onProgress, signal, pieceBytes = 8 * 1024 * 1024, retries = 5 } = options;
  const again = <Value>(work: () => Promise<Value>) => withRetries(work, { retries, signal });
  const known = resume === undefined ? undefined : await again(() => findOffset(connection, resume, signal));
  const id =
    resume !== undefined && known !== undefined
      ? resume
      : await again(() => begin(connection, source, options));
  let sentBytes = known ?? 0;
  let failures = 0;
  onProgress?.({ id, sentBytes, sizeBytes: source.sizeBytes });
  while (sentBytes < source.sizeBytes) {
    const end = Math.min(sentBytes + pieceBytes, source.sizeBytes);
    const piece = await readPiece(source, sentBytes, end);
    try {
      sentBytes = await sendPiece(connection, { id, sentBytes, piece, signal });
      failures = 0;
    } catch (error) {
      if (signal?.aborted || !mayGoOn(error) || failures >= retries) throw error;
      failures += 1;
      await pause(pauseBefore(error, failures), signal);
      const arrived = (await again(() => findOffset(connection, id, signal))) ?? gone(id);
      // What came through of a broken piece is progress: the tries begin anew.
      if (arrived > sentBytes) failures = 0;
      sentBytes = arrived;
    }
    onProgress?.({ id, sentBytes, sizeBytes: source.sizeBytes });
  }
  return id;
}

/** A File or Blob as a source. */
export function blobSource(blob: Blob, name: string): UploadSource {
  return { sizeBytes: blob.size, name, slice: async (start, end) => blob.slice(start, end) };
}

async function begin(connection: Connection, source: UploadSource, options: UploadOptions): Promise<string> {
  const { purpose, jobId, boundary } = options;
  const metadata = {
    ...{ filename: source.name, purpose, jobId: jobId?.toString() },
    ...{ boundary: boundary?.number.toString(), path: boundary?.path.join(",") || undefined },
  };
  const response = await send(connection, "uploads", {
    method: "POST",
    headers: {
      ...tus,
      "upload-length": String(source.sizeBytes),
      "upload-metadata": Object.entries(metadata)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name} ${base64(value ?? "")}`)
        .join(","),
    },
    signal: options.signal,
  });
  const id = response.headers.get("location")?.split("/").at(-1);
  if (id) return id;
  throw foreignAnswer(response);
}

async function findOffset(
  connection: Connection,
  id: string,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const response = await sendRaw(connection, `uploads/${id}`, { method: "HEAD", headers: tus, signal });
  if (response.status === 404 || response.status === 410) return undefined;
  if (!response.ok) throw await readError(response);
  return offsetOf(response);
}

interface Piece {
  id: string;
  sentBytes: number;
  piece: ArrayBuffer;
  signal: AbortSignal | undefined;
}

async function sendPiece(connection: Connection, { id, sentBytes, piece, signal }: Piece): Promise<number> {
  const response = await send(connection, `uploads/${id}`, {
    method: "PATCH",
    headers: {
      ...tus,
      "content-type": "application/offset+octet-stream",
      "upload-offset": String(sentBytes),
    },
    body: piece,
    signal,
  });
  return offsetOf(response);
}

function offsetOf(response: Response): number {
  const offset = response.headers.get("upload-offset");
  if (offset === null) throw foreignAnswer(response);
  return Number(offset);
}

/** A conflict means that we and the server disagree on the offset: asking for it settles that. */
function mayGoOn(error: unknown): boolean {
  return mayPass(error) || (error instanceof TrainChainError && error.code === "conflict");
}

function gone(id: string): never {
  throw new TrainChainError("gone", `the server no longer knows the upload ${id}`, {
    fix: "Begin it again.",
  });
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
