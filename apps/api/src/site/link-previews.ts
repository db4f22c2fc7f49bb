import { setTimeout as pause } from "node:timers/promises";
import { abilities, type ListedJob, nameOfKind } from "@trainchain/protocol";
import { html } from "hono/html";
import { formatEther } from "viem";
import type { Deps } from "../deps.ts";
import { findJobWithSlots } from "../jobs/job-record.ts";
import { toJobView } from "../jobs/job-view.ts";

/** A preview may be this old, which spares the database a page that many open at once. */
const keptMs = 30_000;
const mostKept = 500;
/** Whoever asks for pages of jobs one after the other takes no more of the database's connections. */
const mostLookups = 4;
/** A page waits no longer for a database that does not answer. */
const patienceMs = 1_000;

const jobPage = /^\/job\/(\d{1,20})$/;

/**
 * The tags by which chats and social sites show a link to a page (Open Graph, https://ogp.me), by the page's path;
 * empty for pages that have none. Pages must open whatever the state of the database, so this never rejects.
 */
export function createLinkPreviews({ connection, platform }: Deps): (path: string) => Promise<string> {
  const kept = new Map<string, { tags: Promise<string>; until: number }>();

  let lookups = 0;

  async function tagsOf(jobId: string): Promise<string> {
    lookups++;
    try {
      const record = await findJobWithSlots(connection.db, { escrow: platform.escrow, jobId: BigInt(jobId) });
      if (!record) return "";
      return String(await previewTags(toJobView(record, { wallet: undefined, abilities }, platform)));
    } finally {
      lookups--;
    }
  }

  return async (path) => {
    const jobId = jobPage.exec(path)?.[1];
    if (jobId === undefined) return "";
    const known = kept.get(jobId);
    if (known && known.until > Date.now()) return known.tags;
    if (lookups >= mostLookups) return "";
    const tags = Promise.race([tagsOf(jobId), pause(patienceMs, "", { ref: false })]).catch(() => "");
    kept.delete(jobId);
    kept.set(jobId, { tags, until: Date.now() + keptMs });
    if (kept.size > mostKept) kept.delete(kept.keys().next().value ?? jobId);
    return tags;
  };
}

/** What a link to a job shows, escaped. */
export function previewTags({ jobId, kind, spec, shareWei, nextStep }: ListedJob) {
  const title = `${spec?.title || spec?.model.id || nameOfKind(kind)} · job ${jobId} on TrainChain`;
  const paid = `Each contributor whose work is verified is paid ${formatEther(BigInt(shareWei))} POL.`;
  const description = `${nameOfKind(kind)}. ${paid} ${nextStep.text}`;
  return html`<meta property="og:type" content="website" /><meta property="og:site_name" content="TrainChain" /><meta property="og:title" content="${title}" /><meta property="og:description" content="${description}" /><meta name="twitter:card" content="summary" />`;
}
