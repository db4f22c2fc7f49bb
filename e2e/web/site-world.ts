import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acceptJob, createJob, findCreatedJobId, getChain } from "@trainchain/chain";
import { connect, contributorStats } from "@trainchain/db";
import { gpuTiers, termsFor } from "@trainchain/protocol";
import { roles, testWallet, waitFor } from "@trainchain/testing";
import { openBrowser } from "@trainchain/testing/browser";
import { startLocalWorld } from "@trainchain/testing/local-world";
import { createClient, http } from "viem";
import { waitForTransactionReceipt } from "viem/actions";
import { insertDraft } from "../../apps/api/src/testing/fixtures.ts";
import { ensureWeb } from "../../scripts/ensure-web.ts";
import { type VisitOptions, visitSite } from "./visit.ts";

/** The built site on a whole local TrainChain, and a browser; the worker with more settings where they are given. */
export async function startSiteWorld({ worker = {} }: { worker?: Record<string, string> } = {}) {
  await ensureWeb();
  const dataDir = await mkdtemp(join(tmpdir(), "trainchain-site-"));
  const prices = await startPrices();
  const env = { api: { PRICE_URL: `${prices.url}/{currency}`, PRICE_PATH: "pol.{currency}" }, worker };
  const [world, browser] = await Promise.all([startLocalWorld({ dataDir, env }), openBrowser()]);

  return {
    ...world,
    visit: (path: string, options?: VisitOptions) => visitSite(browser, world, path, options),
    async stop() {
      await browser.close();
      await world.stop();
      prices.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A source of prices: a POL costs 0.4512 USD. */
async function startPrices(): Promise<{ url: string; stop: () => void }> {
  const server = createServer((request, response) =>
    response.end(JSON.stringify(request.url === "/usd" ? { pol: { usd: "0.4512" } } : {})),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

export type SiteWorld = Awaited<ReturnType<typeof startSiteWorld>>;

/** A spec as the platform would have prepared it for the requester: without one a job counts as foreign. */
async function prepareSpec({ databaseUrl, escrow }: SiteWorld): Promise<string> {
  const { db, close } = connect(databaseUrl, { poolSize: 1 });
  const wallet = (index: number) => testWallet(index).address.toLowerCase() as `0x${string}`;
  try {
    return (await insertDraft({ db, wallet, escrow }, { preparation: "ready" })).specCid;
  } finally {
    await close();
  }
}

/** A job on chain in which two wallets train; resolves with its number once the API lists it. */
export async function openRunningJob(world: SiteWorld): Promise<string> {
  const { rpcUrl, escrow, apiUrl } = world;
  const chain = getChain("local", rpcUrl);
  const as = (index: number) => createClient({ account: testWallet(index), chain, transport: http(rpcUrl) });
  const requester = as(roles.requester);
  const asked = {
    kind: 0,
    minContributors: 1,
    maxContributors: 2,
    acceptBy: Math.floor(Date.now() / 1000) + 86_400,
    trainingPeriod: 86_400,
    reviewPeriod: 86_400,
    bondWei: 0n,
    aggregator: testWallet(roles.aggregator).address,
    specCid: await prepareSpec(world),
  };
  const stakeWei = 10n ** 18n;
  const terms = termsFor(world.domain.version, asked, { stakeWei, feeBps: 0 });
  const hash = await createJob(requester, { escrow, stakeWei, terms });
  const jobId = findCreatedJobId(await waitForTransactionReceipt(requester, { hash, pollingInterval: 50 }));
  if (jobId === undefined) throw new Error("createJob emitted no JobCreated");
  for (const index of [roles.firstContributor, roles.firstContributor + 1]) {
    await acceptJob(as(index), { escrow, jobId, delegate: testWallet(index).address, bondWei: 0n });
  }
  await waitFor("the slots to be indexed", async () => {
    const answer = await fetch(`${apiUrl}/jobs/${jobId}`);
    return answer.ok && ((await answer.json()) as { slots: unknown[] }).slots.length === 2;
  });
  return jobId.toString();
}

/** Many contributors of earlier days: rows as the indexer would have counted them. */
export async function addContributors({ databaseUrl }: SiteWorld, count: number): Promise<void> {
  const connection = connect(databaseUrl);
  await connection.db.insert(contributorStats).values(
    Array.from({ length: count }, (_, index) => ({
      contributor: `0x${(index + 1).toString(16).padStart(4, "0").repeat(10)}`,
      jobsAccepted: 40 + (index % 7),
      jobsEnded: 40 + (index % 7),
      jobsCompleted: 40 - index,
      jobsActive: 0,
      earnedWei: BigInt(40 - index) ** 2n * 10n ** 18n,
      requesters: 1,
      standing: 40 - index,
      memberSince: new Date(Date.UTC(2026, 0, 1 + index)),
    })),
  );
  await connection.sql`
    insert into contributor_profiles (wallet, gpu_tier, gpu_measured)
    select contributor, ${gpuTiers[3]}, true from contributor_stats where jobs_completed = 39`;
  await connection.close();
}
