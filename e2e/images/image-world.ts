import { execFile } from "node:child_process";
import { openAsBlob } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { blobSource } from "@trainchain/api-client";
import { localChain } from "@trainchain/chain";
import { pythonPath } from "@trainchain/python-env";
import { sendRequest } from "@trainchain/requester";
import { seal } from "@trainchain/storage";
import { waitFor } from "@trainchain/testing";
import { openBrowser } from "@trainchain/testing/browser";
import { startLocalWorld } from "@trainchain/testing/local-world";
import { createPublicClient, http } from "viem";
import { ensureWeb } from "../../scripts/ensure-web.ts";
import { pythonEnvDir } from "../../scripts/env.ts";
import { openLedger } from "../job-moves/ledger.ts";
import { meetPerson, type Person } from "../job-moves/people.ts";
import { type VisitOptions, visitSite } from "../web/visit.ts";

const guessingModel = fileURLToPath(new URL("guessing_model.py", import.meta.url));

/** The built site on a local TrainChain that takes image jobs, and a browser. */
export async function startImageWorld() {
  await ensureWeb();
  const dataDir = await mkdtemp(join(tmpdir(), "trainchain-images-"));
  const [local, browser] = await Promise.all([
    startLocalWorld({ dataDir, pythonEnvDir, feeBps: 500 }),
    openBrowser(),
  ]);
  const chain = createPublicClient({
    chain: localChain,
    transport: http(local.rpcUrl),
    pollingInterval: 50,
  });

  return {
    local,
    dataDir,
    chain,
    person: (index: number) => meetPerson(local, chain, index),
    visit: (path: string, options?: VisitOptions) => visitSite(browser, local, path, options),
    openLedger: (contributor: Person) => openLedger(chain, { contributor: contributor.wallet }),

    /** Uploads an archive as its bytes are and has it prepared: what a client that checks nothing can do. */
    async prepare({ api, wallet }: Person, archive: Uint8Array) {
      const source = blobSource(new Blob([archive as Uint8Array<ArrayBuffer>]), "images.zip");
      const { id } = await sendRequest(api, source, {
        wallet,
        create: (uploadId) => api.requestJob("image-classification", { uploadId, imgsz: 32, rewardWei: "2" }),
      });
      return waitFor("the draft to be decided", async () => {
        const draft = await api.getDraft(id);
        return draft.status !== "preparing" && draft;
      });
    },

    /** Seals and uploads the untrained network that somebody who did nothing would hand in; returns its CID. */
    async uploadGuess(jobId: string, { api }: Person): Promise<string> {
      const { adapter } = await waitFor("the assignment", () => api.getAssignment(jobId));
      const bundle = join(dataDir, "guess.tar");
      const args = [guessingModel, bundle, join(dataDir, "guess"), "32", "4", "pt"];
      await promisify(execFile)(pythonPath(pythonEnvDir), args);
      const sealed = await seal((await openAsBlob(bundle)).stream(), adapter.recipient);
      return api.uploadAdapter(jobId, blobSource(await new Response(sealed).blob(), "model.age"));
    },

    async stop() {
      await browser.close();
      await local.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type ImageWorld = Awaited<ReturnType<typeof startImageWorld>>;
