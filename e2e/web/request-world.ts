import { blobSource } from "@trainchain/api-client";
import { seal } from "@trainchain/storage";
import { waitFor } from "@trainchain/testing";
import { openBrowser } from "@trainchain/testing/browser";
import { toyAdapter } from "@trainchain/testing/toy-adapters";
import { ensureWeb } from "../../scripts/ensure-web.ts";
import { startJobWorld } from "../job-moves/job-world.ts";
import type { Person } from "../job-moves/people.ts";
import { type VisitOptions, visitSite } from "./visit.ts";

/** The built site on a local TrainChain whose contributors deliver toy adapters, and a browser. */
export async function startRequestWorld() {
  await ensureWeb();
  const [jobs, browser] = await Promise.all([startJobWorld(), openBrowser()]);
  return {
    jobs,
    visit: (path: string, options?: VisitOptions) => visitSite(browser, jobs.local, path, options),

    /** What an agent hands in for a job that was requested on the site. */
    async deliver(jobId: bigint, person: Person, noiseSeed: number): Promise<void> {
      const { spec } = await jobs.requester.api.getJob(jobId);
      const draft = spec && (await jobs.requester.api.getDraft(spec.draftId));
      if (draft?.spec?.kind !== "llm-finetune") throw new Error(`job ${jobId} has no spec of an LLM job`);
      const { seed, rank } = draft.spec.lora;
      const { adapter } = await waitFor("the assignment", () => person.api.getAssignment(jobId));
      const sealed = await seal(toyAdapter({ jobSeed: seed, rank, noiseSeed }), adapter.recipient);
      const source = blobSource(await new Response(sealed).blob(), "adapter.age");
      const adapterCid = await person.api.uploadAdapter(jobId, source);
      const signature = await jobs.sign(jobId, person, adapterCid, person.account);
      await person.api.submitAdapter({ jobId, contributor: person.wallet, adapterCid, signature });
      await jobs.untilSlot(jobId, person, "submitted");
    },

    async stop() {
      await browser.close();
      await jobs.stop();
    },
  };
}

export type RequestWorld = Awaited<ReturnType<typeof startRequestWorld>>;
