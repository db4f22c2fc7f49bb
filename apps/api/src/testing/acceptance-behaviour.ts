import { type Acceptance, signAcceptance, signSlotPermit } from "@trainchain/chain";
import { relays, slots, transactions } from "@trainchain/db";
import { longestAcceptanceSeconds, mostSeatGas } from "@trainchain/protocol";
import { testWallet } from "@trainchain/testing";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { firstContributor, insertJob, insertSlot, requester } from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";

/** Wallets that the chain has given nothing; one a test, since a wallet has one slot at a time. */
let lastPoor = 40;
const nextPoor = () => ++lastPoor;

export function acceptanceBehaviour(world: () => TestApi): void {
  /** What a wallet signs to take a slot; another key may sign it. */
  async function signed(
    jobId: bigint,
    wallet: number,
    { signer = wallet, seconds = 600 }: { signer?: number; seconds?: number } = {},
  ) {
    const api = world();
    const acceptance: Acceptance = {
      ...{ jobId, contributor: api.wallet(wallet), delegate: api.wallet(9) },
      signedUntil: Math.floor(Date.now() / 1_000) + seconds,
    };
    const { escrow } = api;
    const signature = await signAcceptance(api.chain.signer(signer), { escrow, ...acceptance });
    return { delegate: acceptance.delegate, signedUntil: acceptance.signedUntil, signature };
  }

  const accept = (jobId: bigint | string, as: number, json: object, at?: string) =>
    world().call("POST", `/jobs/${jobId}/accept`, { as, json, ...(at ? { at } : {}) });

  /** What becomes of an acceptance that its own wallet signed. */
  async function answerTo(jobId: bigint, wallet: number, more: object = {}, at?: string) {
    const json = { ...(await signed(jobId, wallet)), ...more };
    const { status, body, headers } = await accept(jobId, wallet, json, at);
    if (status === 429) expect(headers.get("retry-after")).toMatch(/^(15|60|120|3600)$/);
    return [status, body.error?.message ?? body.status];
  }

  it("that a wallet without coin signs is queued for the escrow, once however often it is sent", async () => {
    const api = world();
    const [jobId, wallet] = [await insertJob(api), nextPoor()];
    const json = await signed(jobId, wallet);
    for (const _ of [1, 2])
      expect(await accept(jobId, wallet, json)).toMatchObject({ status: 202, body: { status: "relaying" } });
    const key = `relay-acceptance/${api.escrow}/${jobId}/${api.wallet(wallet)}`;
    const tasks = await api.sql<{ payload: object }>`
      select data as payload from pgboss.job where singleton_key = ${key}`;
    expect(tasks).toEqual([{ payload: expect.objectContaining({ jobId: `${jobId}`, ...json }) }]);
    expect((await api.call("GET", "/config")).body).toMatchObject({ relaysAcceptances: true });
  });

  it("is refused to a wallet that can pay by itself, by another key, and beyond its time", async () => {
    const api = world();
    const [jobId, wallet] = [await insertJob(api), nextPoor()];
    expect(await answerTo(jobId, firstContributor)).toEqual([409, expect.stringContaining("by itself")]);
    const refusal = async (how: Parameters<typeof signed>[2]) => {
      const { status, body } = await accept(jobId, wallet, await signed(jobId, wallet, how));
      return [status, body.error?.code];
    };
    expect(await refusal({ signer: firstContributor })).toEqual([401, "signature-invalid"]);
    for (const seconds of [-60, 45]) expect(await refusal({ seconds })).toEqual([400, "invalid-input"]);
    expect(await refusal({ seconds: longestAcceptanceSeconds + 60 })).toEqual([400, "invalid-input"]);
    const json = await signed(jobId, wallet);
    expect((await accept(jobId, wallet, { ...json, delegate: api.wallet(8) })).status).toBe(401);
    expect((await accept("first", wallet, json)).status).toBe(400);
  });

  it("is refused where the job gives this wallet no slot, or asks for a bond", async () => {
    const api = world();
    const wallet = nextPoor();
    const refusal = async (
      changes: Parameters<typeof insertJob>[1],
      before?: (id: bigint) => Promise<void>,
    ) => {
      const jobId = await insertJob(api, changes);
      await before?.(jobId);
      return answerTo(jobId, wallet);
    };
    const says = (text: string, status = 409) => [status, expect.stringContaining(text)];
    expect(await refusal({ bondWei: 1n })).toEqual(says("asks for a bond"));
    expect(await refusal({ permitOnly: true })).toEqual(says("permit"));
    expect(await refusal({ status: "completed" })).toEqual(says("is completed"));
    expect(await refusal({ acceptBy: new Date(Date.now() - 1_000) })).toEqual(says("no more contributors"));
    expect(await refusal({ requester: api.wallet(wallet) })).toEqual(says("requested job"));
    expect(await refusal({ own: false })).toEqual(says("there is no job", 404));
    const released = (jobId: bigint) => insertSlot(api, jobId, wallet, { slot: 0, status: "released" });
    expect(await refusal({}, released)).toEqual(says("has had a slot"));
    const full = (jobId: bigint) => insertSlot(api, jobId, firstContributor);
    expect(await refusal({ maxContributors: 1, minContributors: 1 }, full)).toEqual(says("are taken"));
    const ending = async (jobId: bigint) => {
      await insertSlot(api, jobId, firstContributor, { status: "submitted" });
      await (await api.client(requester)).finishJob(jobId);
    };
    expect(await refusal({ minContributors: 1 }, ending)).toEqual(says("ends it"));
    expect(await answerTo(999_999n, wallet)).toEqual(says("there is no job", 404));
    expect((await accept(1n, wallet, { signedUntil: 1 })).status).toBe(400);
    const permitted = await insertJob(api, { permitOnly: true });
    const permit = (by: number, of = wallet) =>
      signSlotPermit(
        testWallet(by),
        { chainId: 80_002, escrow: api.escrow },
        { jobId: permitted, contributor: api.wallet(of) },
      );
    for (const wrong of [`0x${"11".repeat(65)}`, await permit(wallet), await permit(requester, wallet + 1)])
      expect(await answerTo(permitted, wallet, { permit: wrong })).toEqual(says("not signed by", 401));
    expect(await answerTo(permitted, wallet, { permit: await permit(requester) })).toEqual([202, "relaying"]);
  });

  it("is refused beyond the budgets of wallet, job and day, which what was sent in the last day has used", async () => {
    const api = world();
    const room = 10n * mostSeatGas(true);
    const wide = { gasPerWallet: room, gasPerJob: room, gasPerDay: room };
    const serve = (acceptances: Partial<typeof wide>) =>
      api.serveWith({ platform: { ...api.deps.platform, acceptances: { ...wide, ...acceptances } } });
    const [jobId, otherJob] = [await insertJob(api), await insertJob(api)];
    const [wallet, other] = [nextPoor(), nextPoor()];
    const sent = (age = 0) => ({
      ...{ escrow: api.escrow, jobId, contributor: api.wallet(wallet), call: "acceptJobBySig" as const },
      ...{ gas: 100_000n, sentAt: new Date(Date.now() - age) },
    });
    // Neither of these counts: a slot that its wallet took itself, and another day.
    const gas = 100n * room;
    const ofItself = { contributor: api.wallet(firstContributor), call: "submitAdapterBySig" as const };
    await api.db.insert(relays).values({ ...sent(), ...ofItself, gas });
    await api.db.insert(relays).values({ ...sent(25 * 3_600_000), gas });
    const full = mostSeatGas(false) + 99_999n;
    for (const name of ["gasPerWallet", "gasPerJob", "gasPerDay"] as const)
      expect(await answerTo(jobId, wallet, {}, await serve({ [name]: full }))).toEqual([202, "relaying"]);
    await api.db.insert(relays).values(sent());

    const usedUp = (whose: string) => [429, expect.stringContaining(`used up for ${whose}`)];
    const [ofWallet, ofJob, ofDay] = await Promise.all([
      serve({ gasPerWallet: full }),
      serve({ gasPerJob: full }),
      serve({ gasPerDay: full }),
    ]);
    expect(await answerTo(jobId, wallet, {}, ofWallet)).toEqual(usedUp("this wallet"));
    expect(await answerTo(jobId, other, {}, ofWallet)).toEqual([202, "relaying"]);
    expect(await answerTo(jobId, other, {}, ofJob)).toEqual(usedUp("this job"));
    expect(await answerTo(otherJob, other, {}, ofJob)).toEqual([202, "relaying"]);
    expect(await answerTo(otherJob, other, {}, ofDay)).toEqual(usedUp("everybody"));
    await api.db.delete(relays);
  });

  it("is not asked for while one waits, nor at once after one that was refused, which counts against the wallet, nor while many wait", async () => {
    const api = world();
    const [jobId, otherJob] = [await insertJob(api), await insertJob(api)];
    const [wallet, other] = [nextPoor(), nextPoor()];
    const says = (text: string) => [429, expect.stringContaining(text)];
    const relaying = [202, "relaying"];
    const row = (contributor: string, status: "queued" | "sent" = "queued") => ({
      ...{ purpose: `acceptJobBySig/${api.escrow}/${jobId}/${contributor}/a`, toAddress: api.escrow },
      ...{ data: "0x", valueWei: 0n, status, nonce: status === "sent" ? 1n : null },
    });
    await api.db.insert(transactions).values(row(api.wallet(wallet)));
    for (const asked of [jobId, otherJob])
      expect(await answerTo(asked, wallet)).toEqual(says("on its way already"));
    expect(await answerTo(jobId, other)).toEqual(relaying);
    await api.db.update(transactions).set(row(api.wallet(wallet), "sent"));
    expect(await answerTo(jobId, wallet)).toEqual(says("on its way already"));
    expect(await answerTo(otherJob, wallet)).toEqual(relaying);
    await api.db.delete(transactions);

    const refused = (minutes: number) => ({
      ...{ escrow: api.escrow, jobId, contributor: api.wallet(wallet), call: "acceptJobBySig" as const },
      ...{ gas: 0n, sentAt: new Date(Date.now() - 60_000 * minutes) },
    });
    await api.db.insert(relays).values(refused(1));
    expect(await answerTo(otherJob, wallet)).toEqual(says("refused a moment ago"));
    await api.db.update(relays).set(refused(3));
    expect(await answerTo(otherJob, wallet)).toEqual(relaying);
    await api.db.insert(relays).values([4, 5, 6].map(refused));
    expect(await answerTo(otherJob, wallet)).toEqual(says("used up for this wallet"));
    expect(await answerTo(jobId, other)).toEqual(relaying);

    await api.db.insert(transactions).values(Array.from({ length: 20 }, (_, index) => row(`0x${index}`)));
    expect(await answerTo(jobId, other)).toEqual(says("20 acceptances wait"));
    await api.db.delete(transactions);
    await api.db.delete(relays);
  });

  it("is one at a time for a wallet that was never paid, and where the operator wants none there is none", async () => {
    const api = world();
    const [held, jobId, wallet] = [await insertJob(api), await insertJob(api), nextPoor()];
    await insertSlot(api, held, wallet, { slot: 0, status: "submitted" });
    expect(await answerTo(jobId, wallet)).toEqual([429, expect.stringContaining("one slot at a time")]);
    const foreign = await insertJob(api, { status: "completed", own: false });
    await insertSlot(api, foreign, wallet, { slot: 0, status: "submitted", paidWei: 5n });
    expect(await answerTo(jobId, wallet)).toEqual([429, expect.stringContaining("one slot at a time")]);
    const paidJob = await insertJob(api, { status: "completed" });
    await insertSlot(api, paidJob, wallet, { slot: 0, status: "submitted", paidWei: 5n });
    expect(await answerTo(jobId, wallet)).toEqual([202, "relaying"]);

    const off = await api.serveWith({ platform: { ...api.deps.platform, acceptances: undefined } });
    expect(await answerTo(jobId, wallet, {}, off)).toEqual([409, expect.stringContaining("takes no slots")]);
    expect((await api.call("GET", "/config", { at: off })).body).toMatchObject({ relaysAcceptances: false });
    // A refused or released slot is none that is held.
    const freed = nextPoor();
    await insertSlot(api, held, freed, { slot: 1 });
    await api.db
      .update(slots)
      .set({ status: "rejected" })
      .where(eq(slots.contributor, api.wallet(freed)));
    expect(await answerTo(jobId, freed)).toEqual([202, "relaying"]);
  });
}
