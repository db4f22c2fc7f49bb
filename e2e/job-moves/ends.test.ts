import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeSubmitAdapterBySig, localChain } from "@trainchain/chain";
import { defaultEscrowVersion, type EscrowVersion, escrowVersions } from "@trainchain/protocol";
import { untilListed } from "@trainchain/requester";
import { roles, waitFor } from "@trainchain/testing";
import { createTestClient, http } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hour, type JobWorld, startJobWorld } from "./job-world.ts";
import type { Person } from "./people.ts";

let world: JobWorld;
let people: Person[];
let stranger: Person;
const first = roles.firstContributor;
/** A third of it, less the fee of 50,000 wei, are 316,667 wei; 2 wei are left over. */
const rewardWei = 1_000_003n;
const bondWei = 1_001n;

async function start(escrowVersion: EscrowVersion) {
  world = await startJobWorld({ escrowVersion });
  people = await Promise.all([0, 1, 2].map((index) => world.person(first + index)));
  stranger = await world.person(roles.stranger);
}

describe.each(escrowVersions)("on the escrow's version %s", (version) => {
  beforeAll(() => start(version));
  afterAll(() => world?.stop());

  it("a job that cannot reach its minimum expires: what was delivered is paid, the rest refunded, and no fee is taken", async () => {
    const [diligent, absent] = people as [Person, Person];
    const gains = await world.openLedger({ requester: world.requester, diligent, absent, stranger });
    const request = { contributors: 3, minContributors: 2, rewardWei, bondWei };
    const jobIds = [await world.openJob(request), await world.openJob(request)];
    for (const jobId of jobIds) {
      await world.accept(jobId, diligent);
      await world.deliver(jobId, diligent);
      await world.accept(jobId, absent);
    }
    const [byAnybody, byItself] = jobIds as [bigint, bigint];
    await world.withoutWorker(async () => {
      const tooEarly = await world.trainchain(roles.stranger, "job", "expire", `${byAnybody}`);
      expect(tooEarly).toMatchObject({ code: 75, document: { error: { code: "not-ready" } } });
      expect(tooEarly.document.error?.message).toContain("can be accepted until");
      const { nextStep } = await world.untilShown(byAnybody, "two takers", ({ slots }) => slots.length === 2);
      expect(nextStep.text).toBe("Training goes on: 1 delivered, 1 training, of 3.");

      await world.travel(72 * hour);
      const inReview = await world.trainchain(roles.stranger, "job", "expire", `${byAnybody}`);
      expect(inReview).toMatchObject({
        code: 75,
        document: { error: { facts: { error: "ReviewNotOver" } } },
      });
      await world.travel(72 * hour);
      const { code, document } = await world.trainchain(roles.stranger, "job", "expire", `${byAnybody}`);
      expect([code, document]).toEqual([0, expect.objectContaining({ transaction: expect.any(String) })]);
    });
    const jobs = [
      await world.untilStatus(byAnybody, "expired"),
      await world.untilStatus(byItself, "expired"),
    ];

    // (1,000,003 − 50,000) / 3 and the absent's bond, twice; the shares that nobody delivered and the fee go back. The
    // second version asks for 32 hundredths of a per cent of a share, and burns them.
    const isFirst = world.version === "1";
    const paidWei = 316_667n + (isFirst ? bondWei : 0n);
    expect(await gains()).toEqual({
      requester: 2n * -316_667n,
      diligent: 2n * paidWei,
      absent: 2n * -(isFirst ? bondWei : 1_013n),
      stranger: 0n,
      feeReceiver: 0n,
    });
    for (const job of jobs) {
      expect(job).toMatchObject({ feeWei: "0", resultCid: null });
      expect(job.nextStep.text).toContain("what was delivered is paid, the rest went back");
    }
    // There is no result, and what was paid for is the requester's.
    const folder = join(world.local.dataDir, "paid-for");
    const download = ["job", "download", `${byAnybody}`, "--out", folder];
    const downloaded = await world.trainchain(roles.requester, ...download);
    const files = [join("adapters", "slot-0.safetensors")];
    expect([downloaded.code, downloaded.document]).toEqual([0, expect.objectContaining({ files })]);
    expect((await readFile(join(folder, files[0] ?? ""))).subarray(8, 10).toString()).toBe('{"');
    expect(await world.contribution(byAnybody, diligent, "submitted")).toMatchObject({
      paidWei: `${paidWei}`,
    });
    expect(await world.contribution(byItself, absent, "released")).toMatchObject({ paidWei: null });
    const end = ["SlotReleased", "JobCompleted", "JobClosed"];
    expect((await world.timeline(byAnybody)).slice(-3)).toEqual(end);
    expect((await world.timeline(byItself)).slice(-3)).toEqual(end);
  });

  it("a job whose aggregator is silent is settled by anybody after the review period: every delivery is paid, the fee too", async () => {
    const [one, two] = people as [Person, Person];
    const gains = await world.openLedger({ requester: world.requester, one, two, stranger });
    const jobId = await world.openJob({ contributors: 2, minContributors: 2, rewardWei, bondWei });
    await world.withoutWorker(async () => {
      for (const contributor of [one, two]) {
        await world.accept(jobId, contributor);
        const adapterCid = await world.uploadAdapter(jobId, contributor);
        const signature = await world.sign(jobId, contributor, adapterCid, contributor.account);
        const submission = { jobId, contributor: contributor.wallet, adapterCid, signature };
        // Nobody relays for the platform now: anybody may bring the signed submission on chain.
        await stranger.send(encodeSubmitAdapterBySig({ escrow: world.escrow, ...submission }));
      }
      const waiting = await world.untilShown(jobId, "both deliveries", ({ nextStep }) =>
        nextStep.text.startsWith("All adapters are in"),
      );
      expect(waiting.nextStep.until).not.toBeNull();
      const tooEarly = await world.trainchain(roles.stranger, "job", "settle", `${jobId}`);
      expect(tooEarly).toMatchObject({ code: 75, document: { error: { code: "not-ready" } } });
      expect(tooEarly.document.error?.message).toMatch(/The aggregator of job \d+ has until/);

      await world.travel(hour);
      await world.untilShown(jobId, "that anybody may settle", ({ nextStep }) =>
        nextStep.text.includes("anybody may settle"),
      );
      const { code, document } = await world.trainchain(roles.stranger, "job", "settle", `${jobId}`);
      expect([code, document]).toEqual([0, expect.objectContaining({ transaction: expect.any(String) })]);
    });
    const job = await world.untilStatus(jobId, "settled");

    expect(await gains()).toEqual({
      requester: -rewardWei + 1n,
      one: 475_001n,
      two: 475_001n,
      stranger: 0n,
      feeReceiver: 50_000n,
    });
    expect(job).toMatchObject({ feeWei: "50000", resultCid: null });
    expect(job.nextStep.text).toContain("passed in silence");
    for (const contributor of [one, two])
      expect(await world.contribution(jobId, contributor, "submitted")).toMatchObject({ paidWei: "475001" });
    expect((await world.timeline(jobId)).slice(-3)).toEqual(["JobCompleted", "JobCompleted", "JobClosed"]);
  });

  it("a job with its minimum is ended early by its requester alone: it completes, and the free place's share is refunded", async () => {
    const [diligent] = people as [Person];
    const gains = await world.openLedger({ requester: world.requester, diligent });
    const jobId = await world.openJob({ contributors: 2, minContributors: 1, rewardWei, bondWei });
    const tooEarly = await world.trainchain(roles.requester, "job", "finish", `${jobId}`);
    expect(tooEarly).toMatchObject({ code: 2, document: { error: { code: "conflict" } } });
    await world.accept(jobId, diligent);
    await world.deliver(jobId, diligent);
    const { nextStep } = await world.untilShown(jobId, "its delivery", ({ slots }) =>
      slots.some(({ status }) => status === "submitted"),
    );
    expect(nextStep.text).toContain("its requester may end it now");

    const refused = await world.trainchain(roles.stranger, "job", "finish", `${jobId}`);
    expect(refused).toMatchObject({ code: 2, document: { error: { code: "not-found" } } });
    const { code, document } = await world.trainchain(roles.requester, "job", "finish", `${jobId}`);
    expect([code, document]).toEqual([0, expect.objectContaining({ refundWei: "475002" })]);
    const job = await world.untilStatus(jobId, "completed");

    // (1,000,003 − 50,000) / 2 for the one delivery; the other share and what does not divide go back.
    expect(await gains()).toEqual({
      requester: -rewardWei + 475_002n,
      diligent: 475_001n,
      feeReceiver: 50_000n,
    });
    expect(job.finishesEarly).toBe(true);
  });

  it("a job without contributors is cancelled by `trainchain job cancel` and refunded in full; by nobody else", async () => {
    const gains = await world.openLedger({ requester: world.requester, stranger });
    const jobId = await world.openJob({ contributors: 2, minContributors: 1, rewardWei, bondWei });
    const refused = await world.trainchain(roles.stranger, "job", "cancel", `${jobId}`);
    expect(refused).toMatchObject({ code: 2, document: { error: { code: "forbidden" } } });
    expect(await gains()).toMatchObject({ requester: -rewardWei });

    const { code, document } = await world.trainchain(roles.requester, "job", "cancel", `${jobId}`);
    expect([code, document]).toEqual([0, expect.objectContaining({ transaction: expect.any(String) })]);
    const job = await world.untilStatus(jobId, "cancelled");
    expect(await gains()).toEqual({ requester: 0n, stranger: 0n, feeReceiver: 0n });
    expect(job.nextStep.text).toBe("The requester cancelled the job; the whole stake went back.");
    expect(await world.timeline(jobId)).toEqual(["JobCreated", "JobClosed"]);
  });

  it("a job with a contributor cannot be cancelled, and the requester is told so in words", async () => {
    const [contributor] = people as [Person];
    const jobId = await world.openJob({ contributors: 2, minContributors: 1, rewardWei });
    await world.accept(jobId, contributor);
    const { code, document } = await world.trainchain(roles.requester, "job", "cancel", `${jobId}`);
    expect([code, document.error?.code]).toEqual([2, "conflict"]);
    expect(document.error?.message).toMatch(/slot/i);
    expect(document.error?.fix).toBeTruthy();
    expect(await world.timeline(jobId)).not.toContain("JobClosed");
  });
});

describe("from a terminal", () => {
  beforeAll(() => start(defaultEscrowVersion));
  afterAll(() => world?.stop());

  it("a request made again under its key, as by a retry, stakes once; waiting for it, a job without a result exits 2", async () => {
    const [dir, gains] = await Promise.all([
      mkdtemp(join(tmpdir(), "trainchain-key-")),
      world.openLedger({ requester: world.requester }),
    ]);
    const dataset = await writeRows(dir);
    const [model] = (await world.requester.api.getConfig()).models.filter(({ id }) => id === "toy-model");
    const request = ["--dataset", dataset, "--model", model?.id ?? "", "--reward", "0.000001", "--yes"];
    const create = (...more: string[]) =>
      world.trainchain(roles.requester, "job", "create", ...request, "--key", "nightly-1", ...more);
    const first = await create();
    expect(first).toMatchObject({ code: 0, document: { jobId: expect.any(String) } });
    const again = await create();
    expect([again.code, again.document.jobId]).toEqual([0, first.document.jobId]);
    expect(await gains()).toMatchObject({ requester: -(10n ** 12n) });
    const dearer = await create("--reward", "0.000002");
    expect(dearer.document.error).toMatchObject({ code: "conflict", facts: { stakeWei: "1000000000000" } });

    const waiting = create("--wait", "--out", join(dir, "result"));
    await world.travel(24 * hour);
    expect(await waiting).toMatchObject({ code: 2, document: { job: { status: "expired" } } });
    expect(await gains()).toMatchObject({ requester: 0n });

    // A try that is cut short between sending and mining has paid.
    const anvil = createTestClient({
      mode: "anvil",
      chain: localChain,
      transport: http(world.local.rpcUrl),
    });
    await anvil.setAutomine(false);
    const cut = create("--key", "nightly-2");
    await waitFor("the stake to be on its way", async () =>
      (await anvil.getTxpoolStatus()).pending > 0 ? true : undefined,
    );
    const hasty = await create("--key", "nightly-2");
    expect(hasty.document.error).toMatchObject({ code: "not-ready", fix: expect.stringContaining("stake") });
    await anvil.mine({ blocks: 1 });
    await anvil.setAutomine(true);
    const paid = await cut;
    expect((await create("--key", "nightly-2")).document.jobId).toBe(paid.document.jobId);

    // The same where the node that is asked has not heard of the stake: it was sent by another.
    await anvil.setAutomine(false);
    const away = create("--key", "nightly-3");
    const [draft] = await waitFor("the stake to be told of", async () => {
      const { items } = await world.requester.api.listDrafts({ key: "nightly-3" });
      return items[0]?.stake ? items : undefined;
    });
    const hash = draft?.stake?.transaction ?? "0x";
    const raw = await anvil.request({ method: "eth_getRawTransactionByHash", params: [hash] } as never);
    await anvil.dropTransaction({ hash });
    const refused = { code: "not-ready", message: expect.stringContaining(hash) };
    expect((await create("--key", "nightly-3")).document.error).toMatchObject(refused);
    const edited = await world.trainchain(roles.requester, "job", "edit", draft?.id ?? "", "--title", "Late");
    expect(edited.document.error?.message).toContain("on its way");
    await anvil.request({ method: "eth_sendRawTransaction", params: [raw] } as never);
    await anvil.mine({ blocks: 1 });
    await anvil.setAutomine(true);
    expect((await create("--key", "nightly-3")).document.jobId).toBe((await away).document.jobId);
    await rm(dir, { recursive: true });
  });

  it("a draft that waits for payment is changed without its file, and paid for as it is then", async () => {
    const dir = await mkdtemp(join(tmpdir(), "trainchain-edit-"));
    const own = (...args: string[]) => world.trainchain(roles.requester, "job", ...args);
    const request = ["--dataset", await writeRows(dir), "--model", "toy-model", "--reward", "0.000001"];
    expect(await own("create", ...request)).toMatchObject({
      code: 2,
      document: { error: { code: "invalid-input" } },
    });
    await rm(dir, { recursive: true });
    const { items } = await world.requester.api.listDrafts({ limit: 1 });
    const id = items[0]?.id ?? "";

    const dearer = await own("edit", id, "--reward", "0.000003", "--accept-within", "2h");
    expect(dearer.document).toMatchObject({ id, status: "ready", stakeWei: "3000000000000" });
    const changed = await own("edit", id, "--title", "Numbers", "--contributors", "3");
    expect(changed.document).toMatchObject({
      ...{ status: "ready", title: "Numbers", stakeWei: "3000000000000" },
      spec: { dataset: { shardRows: [14, 13, 13] } },
      terms: { minContributors: 3, maxContributors: 3 },
    });
    const { id: newId = "" } = changed.document as { id?: string };
    expect((await own("pay", id, "--yes")).document.error?.fix).toContain(newId);
    expect((await own("edit", newId)).document.error?.message).toContain("nothing to change");
    const { jobId = "" } = (await own("pay", newId, "--yes")).document;
    const job = await world.requester.api.getJob(jobId);
    expect(job).toMatchObject({ stakeWei: "3000000000000", own: true, spec: { title: "Numbers" } });
    expect((await own("edit", newId, "--epochs", "3")).document.error).toMatchObject({
      code: "conflict",
      message: expect.stringContaining(`is job ${jobId} on chain`),
    });
  });

  it("a stake whose draft another window changes meanwhile is waited for as the job that it became", async () => {
    const { api } = world.requester;
    const id = await world.requestDraft({ contributors: 2, minContributors: 2, rewardWei });
    const shown = await api.waitForDraft(id, { intervalMs: 50, signal: AbortSignal.timeout(120_000) });
    const opened = await world.openAsShown(shown, {
      beforeSending: async () => void (await api.changeDraft(id, { title: "In another window" })),
    });
    await expect(api.getDraft(id)).rejects.toMatchObject({ code: "not-found" });
    await untilListed(api, opened);
    expect(await api.getJob(opened.jobId)).toMatchObject({ own: true, spec: { draftId: id } });
  });

  it("of two processes that pay for one draft at once, one stakes", async () => {
    const { api } = world.requester;
    const id = await world.requestDraft({ contributors: 2, minContributors: 2, rewardWei });
    const shown = await api.waitForDraft(id, { intervalMs: 50, signal: AbortSignal.timeout(120_000) });
    const paid: Awaited<ReturnType<typeof world.openAsShown>>[] = [];
    const second = world.openAsShown(shown, {
      beforeSending: async () => void paid.push(await world.openAsShown(shown)),
    });
    await expect(second).rejects.toMatchObject({ code: "not-ready" });
    await untilListed(api, paid[0]!);
    await expect(world.openAsShown(shown)).rejects.toMatchObject({ code: "conflict" });
    const { items } = await api.listJobs({ limit: 100 });
    expect(items.filter(({ specCid }) => specCid === paid[0]!.specCid)).toHaveLength(1);
  });

  it("before anything is sent, a file, a model or an amount that cannot be is refused with what is missing", async () => {
    const dir = await mkdtemp(join(tmpdir(), "trainchain-refused-"));
    const bad = join(dir, "bad.jsonl");
    await writeFile(bad, '{"instruction":"x","input":"","output":""}\n');
    const create = (model: string, reward: string) =>
      world.trainchain(
        ...([roles.requester, "job", "create", "--dataset", bad] as const),
        ...["--model", model, "--reward", reward, "--yes"],
      );
    expect((await create("no-such", "1")).document.error).toMatchObject({ code: "invalid-input" });
    expect((await create("toy-model", "99999999")).document.error).toMatchObject({
      code: "insufficient-funds",
      fix: expect.stringMatching(/POL more.*Nothing was sent/),
    });
    const refused = await create("toy-model", "0.001");
    expect(refused.document.error).toMatchObject({
      code: "dataset-invalid",
      message: expect.stringContaining("line 1, output is empty (1 error in all)"),
    });
    expect(refused.code).toBe(2);
    await rm(dir, { recursive: true });
  });

  it("a wallet's addresses for notices are entered, listed, looked at and removed from a terminal", async () => {
    const notices = (...words: string[]) => world.trainchain(roles.stranger, "notices", ...words);
    const url = "https://notices.example.org/trainchain";
    const plain = await notices("add", "http://notices.example.org");
    expect(plain).toMatchObject({ code: 2, document: { error: { code: "invalid-input" } } });
    const mail = await notices("add", "--email", "somebody@example.org");
    expect(mail).toMatchObject({
      code: 2,
      document: { error: { message: expect.stringContaining("no e-mail") } },
    });
    const both = await notices("add", url, "--email", "somebody@example.org");
    expect(both).toMatchObject({ code: 2, document: { error: { code: "invalid-input" } } });
    const { code, document: added } = await notices("add", url);
    expect([code, added]).toEqual([
      0,
      expect.objectContaining({ url, secret: expect.stringMatching(/^whsec_/) }),
    ]);
    const id = String(added.id);
    expect((await notices("list")).document.items).toEqual([expect.objectContaining({ id, url })]);
    const sent = await waitFor(
      "the first notice",
      async () => (await notices("log", id)).document.items?.[0],
    );
    expect(sent).toMatchObject({ notice: { type: "webhook.created" } });
    expect((await notices("remove", id)).code).toBe(0);
    expect((await notices("list")).document.items).toEqual([]);
    expect(await notices("log", id)).toMatchObject({ code: 2, document: { error: { code: "not-found" } } });
  });
});

/** Sixty rows as a file of the folder. */
async function writeRows(dir: string): Promise<string> {
  const rows = Array.from({ length: 60 }, (_, i) => ({
    instruction: `Say ${i}.`,
    input: "",
    output: `${i}`,
  }));
  const path = join(dir, "rows.jsonl");
  await writeFile(path, rows.map((row) => JSON.stringify(row)).join("\n"));
  return path;
}
