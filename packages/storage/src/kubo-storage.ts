import { multipartForm, TrainChainError } from "@trainchain/protocol";
import { z } from "zod";
import { removeCarLeftovers, withCarFile } from "./car-file.ts";
import { createRemoteCall, type RemoteAnswer, unreadable } from "./remote-call.ts";
import { assertCid, notFound, type Storage } from "./storage.ts";
import { openVerified } from "./verified-stream.ts";

export interface KuboOptions {
  /** The node's RPC address, such as http://127.0.0.1:5001. It gives full control of the node: never expose it. */
  rpcUrl: string;
  timeoutMs?: number;
  retries?: number;
}

const service = "kubo";

/** One line of the answer of dag/import with pin-roots. */
const imported = z.object({
  Root: z.object({ Cid: z.object({ "/": z.string() }), PinErrorMsg: z.string() }),
});
const failure = z.object({ Message: z.string(), Code: z.number(), Type: z.string() });
const blockStat = z.object({ Key: z.string(), Size: z.number() });

/**
 * Storage on a kubo node by its RPC API (every call is a POST). Content is imported as a CAR, so the node's own
 * import settings have no say in the CID. What is removed is unpinned; the room is free once the node collects garbage
 * (`ipfs daemon --enable-gc`).
 */
export function createKuboStorage({ rpcUrl, timeoutMs = 30_000, retries = 3 }: KuboOptions): Storage {
  const call = createRemoteCall({ service, timeoutMs, retries });
  const command = (name: string, parameters: Record<string, string>) => {
    const url = new URL(`/api/v0/${name}`, rpcUrl);
    for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
    return url;
  };

  return {
    put: (bytes, options = {}) =>
      withCarFile(bytes, options, async ({ cid, sizeBytes, car }) => {
        const body = () => multipartForm({}, { field: "file", blob: car, fileName: `${cid}.car` });
        const url = command("dag/import", { "pin-roots": "true" });
        const answer = await call({ url, method: "POST", body, bodyBytes: car.size });
        assertImported(cid, await answer.text());
        return { cid, sizeBytes };
      }),

    async get(cid, options = {}) {
      const openAt = async (offset: number) => {
        // Offline: the node gives what it keeps, and looks for nothing on the network for anybody.
        const from: Record<string, string> = offset > 0 ? { offset: String(offset) } : {};
        const url = command("cat", { arg: cid, offline: "true", ...from });
        const answer = await call({ url, method: "POST", expects: [500] });
        if (answer.status === 500) throw (await says(answer, missing)) ? notFound(cid) : failed("cat");
        return answer.pieces();
      };
      return openVerified(cid, openAt, { ...options, resumes: retries });
    },

    async has(cid) {
      assertCid(cid);
      const url = command("block/stat", { arg: cid, offline: "true" });
      const answer = await call({ url, method: "POST", expects: [500] });
      if (answer.status === 500) {
        if (await says(answer, missing)) return false;
        throw failed("block/stat");
      }
      const { success, data } = blockStat.safeParse(await answer.json());
      if (!success || data.Key !== cid) throw unreadable(service);
      return true;
    },

    async remove(cid) {
      assertCid(cid);
      const answer = await call({ url: command("pin/rm", { arg: cid }), method: "POST", expects: [500] });
      if (answer.status === 500 && !(await says(answer, /not pinned/i))) throw failed("pin/rm");
    },

    removeLeftovers: removeCarLeftovers,
  };
}

/** kubo says what is wrong as HTTP 500 with a message. */
async function says(answer: RemoteAnswer, what: RegExp): Promise<boolean> {
  const { success, data } = failure.safeParse(await answer.json());
  return success && what.test(data.Message);
}

const missing = /not found|could not find/i;

/** The answer is one JSON object a line; exactly our root must be among them, pinned. */
function assertImported(cid: string, text: string): void {
  for (const line of text.split("\n").filter((part) => part.trim() !== "")) {
    const { success, data } = imported.safeParse(parseJson(line));
    if (success && data.Root.Cid["/"] === cid && data.Root.PinErrorMsg === "") return;
  }
  throw new TrainChainError("storage-unavailable", `${service} did not import and pin ${cid}`, {
    fix: "Look into the node's log, then try again.",
    facts: { cid },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(service);
  }
}

function failed(commandName: string): TrainChainError {
  return new TrainChainError("storage-unavailable", `${service} failed at ${commandName}`, {
    fix: "Look into the node's log, then try again.",
    facts: { service, command: commandName },
  });
}
