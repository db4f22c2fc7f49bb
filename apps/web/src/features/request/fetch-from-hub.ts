import { type HubOptions, openHubFile, parseDatasetAddress, readHubFile } from "@trainchain/requester";
import { hubUrl } from "../../hub.ts";

/** A hub's file, and where it is from, at one commit for good. */
export interface FetchedFile {
  file: File;
  from: string;
}

/** What is put together at a time, so that the browser may lay it on its disk. */
const partBytes = 32 * 1024 ** 2;

/**
 * Fetches the data file of a dataset whose address or page was typed; nothing of this site goes with the request.
 * @throws TrainChainError as `openHubFile` and `readHubFile` say
 */
export async function fetchFromHub(
  typed: string,
  {
    of,
    mostBytes,
    onProgress,
  }: { of: HubOptions["of"]; mostBytes: number; onProgress: (bytes: number) => void },
): Promise<FetchedFile> {
  const found = await openHubFile(parseDatasetAddress(addressOf(typed)), { hub: hubUrl, of });
  const parts: Blob[] = [];
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  let [bytes, inPieces] = [0, 0];
  for await (const piece of readHubFile(found, mostBytes)) {
    pieces.push(piece);
    bytes += piece.length;
    inPieces += piece.length;
    onProgress(bytes);
    if (inPieces < partBytes) continue;
    parts.push(new Blob(pieces));
    [pieces, inPieces] = [[], 0];
  }
  const name = found.path.split("/").at(-1) ?? found.path;
  return {
    file: new File([...parts, ...pieces], name),
    from: `${found.path} of ${found.repository}, at commit ${found.commit.slice(0, 12)}`,
  };
}

/** A dataset's page, as people copy it from the browser. */
const page =
  /^https:\/\/[^/]+\/datasets\/([^/?#]+\/[^/?#]+)(?:\/(?:tree|blob|resolve)\/([^/?#]+)(?:\/([^?#]+))?)?/;

export function addressOf(typed: string): string {
  const text = typed.trim();
  const [, repository, revision, path] = page.exec(text) ?? [];
  if (repository)
    return `hf://${repository}${revision ? `@${revision}` : ""}${path ? `/${decodeURIComponent(path)}` : ""}`;
  return text.startsWith("hf://") ? text : `hf://${text}`;
}
