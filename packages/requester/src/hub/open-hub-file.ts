import { TrainChainError } from "@trainchain/protocol";
import { z } from "zod";
import type { DatasetAddress } from "./dataset-address.ts";

/** Where a hub is, and what a job needs of it. */
export interface HubOptions {
  /** Such as https://huggingface.co. */
  hub: string;
  /** For what the hub does not show to everybody. */
  token?: string | undefined;
  /** Rows, or images in an archive. */
  of: keyof typeof dataFiles;
}

/** A dataset's file on a hub, at the commit that its revision is now. */
export interface HubFile {
  repository: string;
  commit: string;
  path: string;
  /** Its bytes are still to be read. */
  response: Response;
}

const dataFiles = {
  rows: /\.(jsonl|ndjson|json|csv|tsv|parquet)(\.gz)?$|\.zip$/i,
  images: /\.zip$/i,
} as const;
/** Whether a file describes a dataset on the hub, and holds no rows. */
function isDescription(path: string): boolean {
  const name = path.split("/").at(-1)?.toLowerCase() ?? "";
  return (
    /^(dataset_infos?|readme|state)\.json$/.test(name) || (name.includes("config") && name.endsWith(".json"))
  );
}

/** The hub may keep a request this long without a byte. */
export const hubSilenceMs = 60_000;

/** What the hub says of a dataset at a revision; more than this is not read. */
const revisionSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(z.object({ rfilename: z.string() })),
});

/**
 * Asks a hub, by its own HTTP interface, for the data file of a dataset: the one that is named, the only one, or the
 * only one for training.
 * @throws TrainChainError `not-found`, `forbidden`, `invalid-input` or `dataset-invalid` where another address is
 * needed, `too-many-requests` or `storage-unavailable` where trying again may help
 */
export async function openHubFile(address: DatasetAddress, options: HubOptions): Promise<HubFile> {
  const { repository, revision } = address;
  const at = `api/datasets/${repository}/revision/${encodeURIComponent(revision)}`;
  const asked = await ask(at, address, options);
  const answer = revisionSchema.safeParse(await asked.json().catch(() => undefined));
  if (!answer.success)
    throw new TrainChainError("storage-unavailable", `the hub's answer on ${repository} cannot be read`, {
      fix: "Try again; behind a proxy or a login page, look whether the hub is reached at all.",
    });
  const { sha: commit, siblings } = answer.data;
  const names = siblings.map(({ rfilename }) => rfilename);
  const path = pickFile(address, names, dataFiles[options.of]);
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const response = await ask(`datasets/${repository}/resolve/${commit}/${encoded}`, address, options);
  return { repository, commit, path, response };
}

function pickFile(
  { repository, revision, path }: DatasetAddress,
  names: readonly string[],
  isData: RegExp,
): string {
  const data = names.filter((name) => isData.test(name) && !isDescription(name));
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
    throw new TrainChainError(
      "dataset-invalid",
      `${repository} has no file that can be used at ${revision}`,
      {
        fix:
          isData === dataFiles.images
            ? "Choose a dataset with a .zip file of images."
            : "Choose a dataset with a .jsonl, .json, .csv or .parquet file.",
      },
    );
  throw new TrainChainError("invalid-input", `${repository} has several files: ${listed(data)}`, {
    fix: `Name one of them: hf://${repository}@${revision}/${only}`,
  });
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/** Asks the hub; what it refuses is told by its status, never by words of the address. */
async function ask(
  path: string,
  { repository, revision }: DatasetAddress,
  { hub, token }: HubOptions,
): Promise<Response> {
  // Until the answer begins; how long its bytes may take depends on how many they are.
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), hubSilenceMs);
  const response = await fetch(new URL(path, hub.endsWith("/") ? hub : `${hub}/`), {
    headers: token ? { authorization: `Bearer ${token}` } : {},
    credentials: "omit",
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
    throw new TrainChainError("forbidden", `the hub does not show ${name} to everybody`, {
      fix: "Check owner and name. Where it asks for an account, get access on its page, and use the command line with HF_TOKEN.",
    });
  if (status === 404)
    throw new TrainChainError("not-found", `the hub has no dataset ${name}`, {
      fix: "Check owner, name and revision; a private one needs the command line with HF_TOKEN.",
    });
  throw new TrainChainError(
    status === 429 ? "too-many-requests" : "storage-unavailable",
    `the hub answered ${status} for ${name}`,
    { fix: "Try again later." },
  );
}
