import { multipartForm, TrainChainError } from "@trainchain/protocol";
import { z } from "zod";
import { type CarFile, removeCarLeftovers, withCarFile } from "./car-file.ts";
import { createRemoteCall, type RemoteAnswer, unreadable } from "./remote-call.ts";
import { assertCid, notFound, type Storage } from "./storage.ts";
import { openVerified } from "./verified-stream.ts";

export interface PinataOptions {
  jwt: string;
  apiUrl?: string;
  uploadUrl?: string;
  /** The account's own gateway, such as https://example.mypinata.cloud. */
  gatewayUrl: string;
  /** Sent to gateways that are not open to everybody. */
  gatewayKey?: string;
  timeoutMs?: number;
  retries?: number;
  /** Uploads above this go in pieces of it, each tried anew by itself. */
  pieceBytes?: number;
}

const service = "Pinata";

/** Above this Pinata wants uploads in pieces (tus). */
const defaultPieceBytes = 50 * 1_048_576;

const uploaded = z.object({ data: z.object({ cid: z.string() }) });
const listed = z.object({
  data: z.object({ files: z.array(z.object({ id: z.string(), cid: z.string() })).nullable() }),
});

/**
 * Storage at Pinata (API v3, public network). Content goes up as a CAR, so its CID is the one computed here.
 * The vendor's SDK takes whole files and answers without timeouts; the same HTTP calls are made directly.
 */
export function createPinataStorage({
  jwt,
  apiUrl = "https://api.pinata.cloud",
  uploadUrl = "https://uploads.pinata.cloud",
  gatewayUrl,
  gatewayKey,
  timeoutMs = 30_000,
  retries = 3,
  pieceBytes = defaultPieceBytes,
}: PinataOptions): Storage {
  const call = createRemoteCall({ service, timeoutMs, retries });
  const authorization = { authorization: `Bearer ${jwt}` };
  const filesUrl = new URL("/v3/files", uploadUrl);

  const uploadWhole = async ({ car }: CarFile, name: string) => {
    const fields = { network: "public", car: "true", name };
    const body = () => multipartForm(fields, { field: "file", blob: car, fileName: `${name}.car` });
    const answer = await call({
      url: filesUrl,
      method: "POST",
      headers: authorization,
      body,
      bodyBytes: car.size,
    });
    return parsed(uploaded, await answer.json()).data.cid;
  };

  /** The tus protocol as Pinata speaks it: the last answer names the CID. */
  const uploadInPieces = async ({ car }: CarFile, name: string) => {
    const metadata = { filename: `${name}.car`, filetype: car.type, network: "public", name, car: "true" };
    const created = await call({
      url: filesUrl,
      method: "POST",
      headers: {
        ...authorization,
        "tus-resumable": "1.0.0",
        "upload-length": String(car.size),
        "upload-metadata": tusMetadata(metadata),
      },
    });
    created.discard();
    const url = uploadAddress(created, filesUrl);
    let last = created;
    for (let offset = 0; offset < car.size; offset += pieceBytes) {
      const piece = car.slice(offset, offset + pieceBytes);
      last = await call({
        url,
        method: "PATCH",
        headers: {
          ...authorization,
          "tus-resumable": "1.0.0",
          "upload-offset": String(offset),
          "content-type": "application/offset+octet-stream",
        },
        body: () => piece,
        bodyBytes: piece.size,
      });
      last.discard();
    }
    return last.headers.get("upload-cid");
  };

  /** The account's files of this content: one for each time that it was stored. */
  const filesOf = async (cid: string) => {
    assertCid(cid);
    const url = new URL("/v3/files/public", apiUrl);
    url.searchParams.set("cid", cid);
    const answer = await call({ url, method: "GET", headers: authorization });
    const { files } = parsed(listed, await answer.json()).data;
    return files?.filter((file) => file.cid === cid) ?? [];
  };

  return {
    put: (bytes, options = {}) =>
      withCarFile(bytes, options, async (content) => {
        const { cid, sizeBytes } = content;
        const name = options.name ?? cid;
        const isSmall = content.car.size <= pieceBytes;
        const storedCid = isSmall ? await uploadWhole(content, name) : await uploadInPieces(content, name);
        if (storedCid !== cid) throw otherCid(cid, storedCid);
        return { cid, sizeBytes };
      }),

    async get(cid, options = {}) {
      const openAt = async (offset: number) => {
        const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
        if (gatewayKey) headers["x-pinata-gateway-token"] = gatewayKey;
        const answer = await call({
          url: new URL(`/ipfs/${cid}`, gatewayUrl),
          method: "GET",
          headers,
          expects: [404],
        });
        if (answer.status === 404) {
          answer.discard();
          throw notFound(cid);
        }
        return from(answer, offset);
      };
      return openVerified(cid, openAt, { ...options, resumes: retries });
    },

    async has(cid) {
      return (await filesOf(cid)).length > 0;
    },

    async remove(cid) {
      for (const { id } of await filesOf(cid)) {
        const url = new URL(`/v3/files/public/${encodeURIComponent(id)}`, apiUrl);
        const answer = await call({ url, method: "DELETE", headers: authorization, expects: [404] });
        answer.discard();
      }
    },

    removeLeftovers: removeCarLeftovers,
  };
}

/** The bytes from `offset` on, also from a server that ignores ranges and sends everything. */
async function* from(answer: RemoteAnswer, offset: number): AsyncGenerator<Uint8Array> {
  let skip = answer.status === 206 ? 0 : offset;
  for await (const piece of answer.pieces()) {
    if (skip < piece.length) yield piece.subarray(skip);
    skip = Math.max(0, skip - piece.length);
  }
}

function tusMetadata(entries: Record<string, string>): string {
  const encoded = Object.entries(entries).map(
    ([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`,
  );
  return encoded.join(",");
}

/** Where the pieces go: only to the host that was configured, because the key goes with them. */
function uploadAddress(created: RemoteAnswer, filesUrl: URL): URL {
  const location = created.headers.get("location");
  const url = location && URL.canParse(location, filesUrl) ? new URL(location, filesUrl) : undefined;
  if (url?.origin !== filesUrl.origin) throw unreadable(service);
  return url;
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw unreadable(service);
  return result.data;
}

function otherCid(cid: string, storedCid: string | null): TrainChainError {
  return new TrainChainError(
    "storage-unavailable",
    `${service} stored the content under another CID than ${cid}`,
    {
      fix: "Try again later, or choose another storage backend.",
      facts: { cid, storedCid: storedCid?.slice(0, 100) ?? null },
    },
  );
}
