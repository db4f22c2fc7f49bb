import { ratingMessage } from "@trainchain/protocol";
import { testWallet } from "@trainchain/testing";
import { expect, it } from "vitest";
import { firstContributor, insertJob, insertSlot, insertStats, requester, stranger } from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";

/** A rating as the requester's wallet signs it. */
async function signedRating(
  api: TestApi,
  jobId: bigint,
  { signer = requester, slot = 0, stars = 4, text = "On time" } = {},
) {
  const rating = { slot, stars, text };
  const message = ratingMessage({ chainId: 80_002, escrow: api.escrow, jobId, ...rating });
  return { ...rating, signature: await testWallet(signer).signMessage({ message }) };
}

async function insertCompletedJob(api: TestApi, contributor: number = firstContributor): Promise<bigint> {
  const jobId = await insertJob(api, { status: "completed", closedAt: new Date() });
  await insertSlot(api, jobId, contributor, { status: "submitted" });
  return jobId;
}

export function ratingBehaviour(world: () => TestApi): void {
  it("a requester rates a contributor of its completed job once; everybody sees it, and the pool its average as of one requester", async () => {
    const api = world();
    const slot = 20;
    const contributor = firstContributor + slot;
    await insertStats(api, api.wallet(contributor));
    const client = await api.client(requester);
    for (const stars of [5, 4]) {
      const jobId = await insertCompletedJob(api, contributor);
      await client.rateContributor(jobId, await signedRating(api, jobId, { slot, stars }));
      expect(await client.listRatings(jobId)).toMatchObject([{ slot, stars, text: "On time" }]);
      await expect(
        client.rateContributor(jobId, await signedRating(api, jobId, { slot, stars: 1 })),
      ).rejects.toMatchObject({ code: "conflict" });
    }
    const { items } = await client.getContributorPool({ search: api.wallet(contributor) });
    expect(items).toMatchObject([{ rating: { average: 4.5, count: 1 } }]);
  });

  it("stars weigh by what was paid for them: five of a job of dust, as often as one likes, raise nobody", async () => {
    const api = world();
    const slot = 21;
    const contributor = firstContributor + slot;
    await insertStats(api, api.wallet(contributor));
    const rate = async (as: number, stars: number, paidWei: bigint) => {
      const jobId = await insertJob(api, {
        ...{ requester: api.wallet(as), status: "completed", closedAt: new Date() },
      });
      await insertSlot(api, jobId, contributor, { status: "submitted", paidWei });
      const rating = await signedRating(api, jobId, { signer: as, slot, stars });
      await (await api.client(as)).rateContributor(jobId, rating);
    };
    await rate(requester, 2, 10n ** 18n);
    for (const stars of [5, 5, 5]) await rate(stranger, stars, 1n);
    const { items } = await (await api.client(requester)).getContributorPool({
      search: api.wallet(contributor),
    });
    expect(items).toMatchObject([{ rating: { average: 2, count: 2 } }]);
  });

  it.each([
    ["by another wallet", stranger, {}, 404],
    ["by the contributor itself", firstContributor, {}, 404],
    ["signed by another wallet", requester, { signer: stranger }, 400],
    ["changed after it was signed", requester, { text: "Never came" }, 400],
    ["of a slot nobody delivered in", requester, { slot: 1 }, 400],
  ] as const)(
    "a rating %s is refused",
    async (_, as, { signer, ...changed }: { signer?: number; text?: string; slot?: number }, status) => {
      const api = world();
      const jobId = await insertCompletedJob(api);
      const json = { ...(await signedRating(api, jobId, { signer })), ...changed };
      expect((await api.call("POST", `/jobs/${jobId}/ratings`, { as, json })).status).toBe(status);
    },
  );

  it("a job that is not completed takes no rating, and an unknown one has none", async () => {
    const api = world();
    const jobId = await insertJob(api);
    await insertSlot(api, jobId, firstContributor, { status: "submitted" });
    const json = await signedRating(api, jobId);
    expect((await api.call("POST", `/jobs/${jobId}/ratings`, { as: requester, json })).status).toBe(409);
    expect((await api.call("GET", "/jobs/999999/ratings")).status).toBe(404);
    expect((await api.call("GET", "/jobs/none/ratings")).status).toBe(400);
  });
}
