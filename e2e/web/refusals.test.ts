import { fakeCid, roles, testWallet } from "@trainchain/testing";
import { expectFitsNarrowWindows, expectNoAxeViolations, openBrowser } from "@trainchain/testing/browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureWeb } from "../../scripts/ensure-web.ts";
import { type JobWorld, startJobWorld } from "../job-moves/job-world.ts";
import type { Person } from "../job-moves/people.ts";
import { type Visit, visitSite } from "./visit.ts";

/* What the site says of bonds, refusals and appeals, where the platform names a referee. */

const referee = roles.stranger;
const cheat = roles.firstContributor;
const request = { contributors: 1, minContributors: 1, rewardWei: 10n ** 18n, bondWei: 10n ** 16n };

let world: JobWorld;
let browser: Browser;
let refused: Person;
let jobId: bigint;
beforeAll(async () => {
  await ensureWeb();
  const env = { api: { REFEREE_ADDRESS: testWallet(referee).address } };
  [world, browser] = await Promise.all([startJobWorld({ escrowVersion: "2", env }), openBrowser()]);
  refused = await world.person(cheat);
});
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

const visit = (path: string, walletOf?: number): Promise<Visit> =>
  visitSite(browser, world.local, path, walletOf === undefined ? {} : { walletOf });

async function signIn(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Connect wallet" }).click();
  await page.getByRole("button", { name: /Your wallet/ }).waitFor();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

it("a request asks for a bond, within what the escrow takes, and for permits in a folded part of its form", async () => {
  const { page, close } = await visit("/requester", roles.requester);
  await signIn(page);
  const rows = Array.from({ length: 60 }, (_, row) =>
    JSON.stringify({ instruction: `Double ${row}.`, input: "", output: `${2 * row}` }),
  );
  const buffer = Buffer.from(rows.join("\n"));
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "rows.jsonl", mimeType: "text/plain", buffer });
  await page.getByText("This file can be used").waitFor();
  await page.getByLabel("Base model").selectOption("toy-model");
  await page.getByLabel("Description").fill("Doubles numbers.");
  const bond = page.getByLabel("Bond of each contributor, in POL");
  expect(await bond.isVisible()).toBe(false);
  await page.getByText("Advanced: bond, permits").click();
  await bond.fill("0.2");
  // A tenth of half of 1 POL without the fee of 5 %.
  await page.getByText("At most 0.0475 POL: a tenth of what a delivery is paid").waitFor();
  const send = page.getByRole("button", { name: "Upload and prepare" });
  expect(await send.isDisabled()).toBe(true);
  await bond.fill("0.01");
  await page.getByLabel("Who may take a slot").selectOption("Wallets that I permit");
  await expectFitsNarrowWindows(page);
  await expectNoAxeViolations(page);
  await send.click();
  await page.waitForURL("**/draft/*");
  // The least hundredths of a per cent of a share that come to it.
  await page.getByText("0.0100225 POL, lost by whoever misses the deadline").waitFor();
  await page.getByText("for wallets that you permit").waitFor();
  await close();
});

/** In order: each goes on where the one before it ended. */
it("before it is signed for, a request says who hears appeals", async () => {
  const id = await world.requestDraft(request);
  await world.requester.api.waitForDraft(id, { intervalMs: 50 });
  const { page, close } = await visit(`/draft/${id}`, roles.requester);
  await signIn(page);
  await page.getByText("Refusals are appealed to").waitFor();
  await page.getByText(testWallet(referee).address.toLowerCase()).waitFor();
  await expectNoAxeViolations(page);
  await close();
  jobId = await world.listDraft(id);
});

it("a job's page says what a bond is kept for and when it is burned, who hears appeals, and until when a refusal may be appealed", async () => {
  await world.accept(jobId, refused);
  const adapterCid = await world.uploadAdapter(jobId, refused, 8);
  const signature = await world.sign(jobId, refused, adapterCid, refused.account);
  await refused.api.submitAdapter({ jobId, contributor: refused.wallet, adapterCid, signature });
  await world.contribution(jobId, refused, "rejection-pending");

  const { page, close } = await visit(`/job/${jobId}`);
  await page.getByText("kept until the verdict; burned where nothing is delivered in time").waitFor();
  await page.getByText("Hears appeals").waitFor();
  await page.getByText("Refused for now").waitFor();
  await page.getByText(/time for an appeal ends in/).waitFor();
  await expectFitsNarrowWindows(page);
  await expectNoAxeViolations(page);
  await close();
});

it("its contributor reads how to appeal, and what becomes of the appeal", async () => {
  const { page, close } = await visit("/my-contributions", cheat);
  await signIn(page);
  await page.getByText("Until the deadline it may be appealed: trainchain job appeal JOB.").waitFor();
  await expectNoAxeViolations(page);
  expect((await world.trainchain(cheat, "job", "appeal", `${jobId}`)).code).toBe(0);
  await world.contribution(jobId, refused, "rejection-appealed");
  await page.reload();
  await page.getByText("A refusal that it leaves undecided stands, and burns nothing.").waitFor();
  await close();

  const ruling = ["--contributor", refused.wallet, "--reason", fakeCid("o"), "--overturn"];
  expect((await world.trainchain(referee, "job", "rule", `${jobId}`, ...ruling)).code).toBe(0);
  await world.contribution(jobId, refused, "reinstated");
  const job = await visit(`/job/${jobId}`);
  await job.page.getByText("Reinstated").waitFor();
  await job.page.getByText(/The referee overturned the refusal of/).waitFor();
  await expectNoAxeViolations(job.page);
  await job.close();
});
