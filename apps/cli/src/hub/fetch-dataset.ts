import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { TrainChainError } from "@trainchain/protocol";
import { z } from "zod";
import { readEnv } from "../env.ts";
import type { Output } from "../output.ts";
import { type DatasetAddress, isDatasetAddress, parseDatasetAddress } from "./dataset-address.ts";

const dataFile = /\.(jsonl|ndjson|json|csv|tsv|parquet)(\.gz)?$|\.zip$/i;
/** What describes a dataset on the hub, and holds no rows. */
const description = /(^|\/)(dataset_infos?|README|state|.*config.*)\.json$/i;
/** The hub may keep a request this long without a byte. */
const silenceMs = 60_000;
const mostBytes = 64 * 1024 ** 3;

/** What the hub says of a dataset at a revision; more than this is not read. */
const revisionSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(z.object({ rfilename: z.string() })),
});

/** Runs on a file, fetched first and removed afterwards where it is named as `hf://…`. */
export async function withDataset<Result>(
  given: string,
  output: Output,
  use: (file: string) => Promise<Result>,
): Promise<Result> {
  if (!isDatasetAddress(given)) return use(given);
  const dir = await mkdtemp(join(tmpdir(), "trainchain-hub-"));
  try {
    return await use(await fetchDataset(parseDatasetAddress(given), dir, output));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Fetches the data file of a dataset at the commit that its revision is now; returns where it lies. */
async function fetchDataset(address: DatasetAddress, dir: string, output: Output): Promise<string> {
  const { repository, revision } = address;
  const at = `api/datasets/${repository}/revision/${encodeURIComponent(revision)}`;
  const answer = revisionSchema.safeParse(await (await ask(at, address)).json().catch(() => undefined));
  if (!answer.success)
    throw new TrainChainError("storage-unavailable", `the hub's answer on ${repository} cannot be read`, {
      fix: "Try again; behind a proxy or a login page, look whether the hub is reached at all.",
    });
  const { sha, siblings } = answer.data;
  const path = pickFile(
    address,
    siblings.map(({ rfilename }) => rfilename),
  );
  output.note(`fetching ${path} of ${repository} at ${sha}`);
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const response = await ask(`datasets/${repository}/resolve/${sha}/${encoded}`, address);
  const file = join(dir, basename(path));
  await receive(response, file, repository);
  return file;
}

function pickFile({ repository, revision, path }: DatasetAddress, names: readonly string[]): string {
  const data = names.filter((name) => dataFile.test(name) && !description.test(name));
  if (path !== undefined) {
    if (names.includes(path)) return path;
    throw new TrainChainError("not-found", `${repository} has no file ${path} at ${revision}`, {
      fix: data.length > 0 ? `It has ${listed(data)}.` : "Look at its files on the hub.",
    });
  }
  const training = data.filter((name) => /(^|[^a-z])train([^a-z]|$)/i.test(name));
  const [only, another] = training.length > 0 ? training : data;
  if (only !== undefined && another === undefined) return only;
  if (only === undefined)
    throw new TrainChainError("dataset-invalid", `${repository} has no file of rows at ${revision}`, {
      fix: "Choose a dataset with a .jsonl, .json, .csv or .parquet file.",
    });
  throw new TrainChainError("invalid-input", `${repository} has several files of rows: ${listed(data)}`, {
    fix: `Name one of them: hf://${repository}@${revision}/${only}`,
  });
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/** Asks the hub; what it refuses is told by its status, never by words of the address. */
async function ask(path: string, { repository, revision }: DatasetAddress): Promise<Response> {
  const { HF_ENDPOINT: hub, HF_TOKEN: token } = readEnv();
  // Until the answer begins; how long its bytes may take depends on how many they are.
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), silenceMs);
  const response = await fetch(new URL(path, hub.endsWith("/") ? hub : `${hub}/`), {
    headers: token ? { authorization: `Bearer ${token}` } : {},
    signal: silent.signal,
  })
    .catch((cause: unknown) => {
      throw new TrainChainError("storage-unavailable", `the hub at ${new URL(hub).host} cannot be reached`, {
        fix: "Look at this machine's network, then try again.",
        cause,
      });
    })
    .finally(() => clearTimeout(timer));
  if (response.ok && response.body) return response;
  await response.body?.cancel();
  const { status } = response;
  const name = `${repository} at ${revision}`;
  if (status === 401 || status === 403)
    throw new TrainChainError("forbidden", `the hub does not show ${name} to this account`, {
      fix: "Ask for access on its page, and set HF_TOKEN to a token that may read it.",
    });
  if (status === 404)
    throw new TrainChainError("not-found", `the hub has no dataset ${name}`, {
      fix: "Check owner, name and revision; a private one needs HF_TOKEN.",
    });
  const isBusy = status === 429;
  throw new TrainChainError(
    isBusy ? "too-many-requests" : "storage-unavailable",
    `the hub answered ${status} for ${name}`,
    { fix: "Try again later." },
  );
}

/** Writes a response to a file; one that falls silent or grows beyond any dataset ends it. */
async function receive(response: Response, file: string, repository: string): Promise<void> {
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(), silenceMs);
  let bytes = 0;
  const watched = new Transform({
    transform(piece: Buffer, _, done) {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), silenceMs);
      bytes += piece.length;
      done(bytes > mostBytes ? new Error("larger than any dataset may be") : null, piece);
    },
  });
  try {
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    await pipeline(body, watched, createWriteStream(file, { flags: "wx" }), { signal: silent.signal });
  } catch (cause) {
    throw new TrainChainError("storage-unavailable", `the file of ${repository} could not be fetched whole`, {
      fix: "Try again.",
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}
