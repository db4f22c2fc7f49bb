import { request } from "node:http";
import { performance } from "node:perf_hooks";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createApiClient } from "@trainchain/api-client";
import { roles, testWallet } from "@trainchain/testing";
import { scaleOf, startLoadWorld } from "./load-world.ts";
import { startApiProcess } from "./serve-api.ts";

const uploads = 8;
const tus = { "tus-resumable": "1.0.0" };
const piece = Buffer.from(`${'{"instruction":"Say it","output":"It"}\n'.repeat(6_700)}`);

/** Files of that size, all at once, to an API whose memory is looked at all the while by the kernel. */
export async function measureUploads(sizeBytes: number) {
  const world = await startLoadWorld(scaleOf(0.001));
  const api = await startApiProcess(world);
  try {
    const { token } = await createApiClient({ baseUrl: api.baseUrl }).signIn(testWallet(roles.requester));
    const authorization = `Bearer ${token}`;
    const idle = await api.memoryMb();
    const begun = performance.now();
    await Promise.all(
      Array.from({ length: uploads }, async () => {
        const created = await fetch(`${api.baseUrl}/uploads`, {
          method: "POST",
          headers: {
            ...tus,
            authorization,
            "upload-length": String(sizeBytes),
            "upload-metadata": `filename ${btoa("rows.jsonl")},purpose ${btoa("dataset")}`,
          },
        });
        if (created.status !== 201) throw new Error(`an upload was answered ${created.status}`);
        await send(new URL(created.headers.get("location") ?? "", api.baseUrl), sizeBytes, authorization);
      }),
    );
    const seconds = (performance.now() - begun) / 1_000;
    const { peak } = await api.memoryMb();
    return {
      uploads,
      eachMb: sizeBytes / 1e6,
      seconds: Math.round(seconds),
      mbPerSecond: Math.round((uploads * sizeBytes) / 1e6 / seconds),
      idleMb: idle.now,
      peakMb: peak,
    };
  } finally {
    await api.stop();
    await world.stop();
  }
}

/** One PATCH with all bytes, made as they are taken. */
async function send(url: URL, sizeBytes: number, authorization: string): Promise<void> {
  function* pieces() {
    for (let left = sizeBytes; left > 0; left -= piece.length)
      yield piece.subarray(0, Math.min(left, piece.length));
  }
  const headers = {
    ...tus,
    authorization,
    "upload-offset": "0",
    "content-type": "application/offset+octet-stream",
    "content-length": String(sizeBytes),
  };
  const patch = request(url, { method: "PATCH", headers });
  const answered = new Promise<number>((resolve, reject) => {
    patch.once("error", reject);
    patch.once("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  await pipeline(Readable.from(pieces()), patch);
  const status = await answered;
  if (status !== 204) throw new Error(`an upload's bytes were answered ${status}`);
}
