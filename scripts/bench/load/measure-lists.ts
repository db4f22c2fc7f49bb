import { createApiClient } from "@trainchain/api-client";
import { roles, testWallet } from "@trainchain/testing";
import type { Statement } from "./find-whole-reads.ts";
import { scaleOf, startLoadWorld } from "./load-world.ts";
import { type MeasuredRoute, measureRoutes } from "./measure-routes.ts";
import { serveApiHere } from "./serve-api.ts";

const pool = "/jobs/contributor-pool";

/** Every list of the API, one request at a time, over a database of that part of the full scale. */
export async function measureLists(fraction: number, times: number): Promise<MeasuredRoute[]> {
  const world = await startLoadWorld(scaleOf(fraction));
  const sent: Statement[] = [];
  const api = await serveApiHere(world, sent);
  try {
    const tokenOf = async (index: number) =>
      (await createApiClient({ baseUrl: api.baseUrl }).signIn(testWallet(index))).token;
    const tokens = {
      requester: await tokenOf(roles.requester),
      contributor: await tokenOf(roles.firstContributor),
    };
    const ask = async (path: string) => {
      const token = path.startsWith("/me/contributions") ? tokens.contributor : tokens.requester;
      const response = await fetch(api.baseUrl + path, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      return response.text();
    };
    const secondPage = async (path: string) =>
      `${path}?cursor=${encodeURIComponent(JSON.parse(await ask(path)).nextCursor)}`;
    const [someone] = JSON.parse(await ask(pool)).items as { profileId: string }[];
    return await measureRoutes(
      world.connection,
      {
        "GET /jobs/contributor-pool": pool,
        "… second page": await secondPage(pool),
        "… sort=completionRate": `${pool}?sort=completionRate`,
        "… sort=memberSince": `${pool}?sort=memberSince`,
        "… search=0xab, found often": `${pool}?search=0xab`,
        "… search=0xabcdef0, found never": `${pool}?search=0xabcdef0`,
        "… search=VRAM, of four tiers": `${pool}?search=VRAM`,
        "GET /jobs/contributor-pool/{profileId}": `${pool}/${someone?.profileId}`,
        "GET /jobs": "/jobs",
        "… its second page": await secondPage("/jobs"),
        "… status=open": "/jobs?status=open",
        "… kind=image-classification": "/jobs?kind=image-classification",
        "GET /jobs/{jobId}": "/jobs/1",
        "GET /jobs/{jobId}/timeline": "/jobs/1/timeline",
        "GET /jobs/{jobId}/ratings": "/jobs/1/ratings",
        "GET /me/requests": "/me/requests",
        "GET /me/contributions": "/me/contributions",
        "GET /drafts": "/drafts",
        "GET /totals": "/totals",
      },
      { times, ask, sent },
    );
  } finally {
    await api.stop();
    await world.stop();
  }
}
