import { readFile } from "node:fs/promises";
import { roles } from "@trainchain/testing";
import { expectNoAxeViolations } from "@trainchain/testing/browser";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Person } from "../job-moves/people.ts";
import { type RequestWorld, startRequestWorld } from "./request-world.ts";
import type { Visit } from "./visit.ts";

const row = (number: number) =>
  JSON.stringify({ instruction: `Double ${number}.`, input: "", output: `${2 * number}` });
const rows = Array.from({ length: 60 }, (_, number) => row(number));
const withoutOutput = JSON.stringify({ instruction: "Double 2.", input: "" });

const jsonl = (lines: readonly string[]) => ({
  name: "rows.jsonl",
  mimeType: "application/jsonl",
  buffer: Buffer.from(lines.join("\n")),
});
const broken = jsonl([...rows.slice(0, 2), withoutOutput, ...rows.slice(3)]);
const mended = jsonl(rows);

let world: RequestWorld;
let visit: Visit;
let page: Page;
let contributors: Person[];
beforeAll(async () => {
  world = await startRequestWorld();
  visit = await world.visit("/requester", { walletOf: roles.requester, colorScheme: "light" });
  page = visit.page;
  contributors = await Promise.all([0, 1].map((index) => world.jobs.person(roles.firstContributor + index)));
});
afterAll(() => world?.stop());

const button = (name: string | RegExp) => page.getByRole("button", { name });
const jobIdOf = (of: Page) => BigInt(new URL(of.url()).pathname.split("/").at(-1) ?? "");

async function signIn(on: Page): Promise<void> {
  await on.getByRole("button", { name: "Connect wallet" }).click();
  await on.getByRole("dialog").getByRole("button", { name: "Test Wallet" }).click();
}

/** As everybody must be able to read it, in both themes. */
async function expectAccessible(on: Page): Promise<void> {
  await expectNoAxeViolations(on);
  await on.emulateMedia({ colorScheme: "dark" });
  await expectNoAxeViolations(on, { only: ["color-contrast"] });
  await on.emulateMedia({ colorScheme: "light" });
}

async function choose(file: typeof broken): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(file);
}

/** In order: each step goes on where the one before it ended. */
describe("a request on the site", () => {
  it("shows where the file is wrong and how to mend it, before anything is sent", async () => {
    await signIn(page);
    await choose(broken);
    const problem = page.getByRole("row", { name: /line 3, output/ });
    await problem.waitFor();
    expect(await problem.textContent()).toMatch(/is missing.*Add the field/);
    expect(await button("Upload and prepare").isDisabled()).toBe(true);
    await expectAccessible(page);
  });

  it("keeps what was filled in over a reload, and takes the mended file", async () => {
    await page.getByLabel("Description").fill("Doubles small numbers.");
    await page.getByLabel("Base model").selectOption("toy-model");
    await page.getByLabel("Needed at least").fill("2");
    await page.getByLabel(/^Reward in POL/).fill("2");
    await page.reload();
    expect(await page.getByLabel("Description").inputValue()).toBe("Doubles small numbers.");
    expect(await page.getByLabel("Base model").inputValue()).toBe("toy-model");
    expect(await page.getByLabel(/^Reward in POL/).inputValue()).toBe("2");
    await choose(mended);
    await page.getByText("This file can be used").waitFor();
    await page.getByText("Median answer").waitFor();
    await expectAccessible(page);
  });

  it("is uploaded and prepared, and waits for its signature over a reload", async () => {
    await button("Upload and prepare").click();
    await page.waitForURL("**/draft/*");
    await page.reload();
    await button("Stake and open the job").waitFor();
    await page.getByText("Doubles small numbers.").waitFor();
    await expectAccessible(page);
  });

  it("can be signed after the wallet was declined once, and is then a listed job", async () => {
    visit.wallet?.rejectNext();
    await button("Stake and open the job").click();
    await page.getByText(/you declined the request/i).waitFor();
    await button("Stake and open the job").click();
    await page.waitForURL("**/job/*");
    await page.reload();
    await page.getByText("Waiting for contributors", { exact: true }).waitFor();
    await page.getByText("2 places are free.").waitFor();
    await expectAccessible(page);
  });

  it("is trained by two contributors before the requester's eyes, merged and paid", async () => {
    const jobId = jobIdOf(page);
    for (const contributor of contributors) await world.jobs.accept(jobId, contributor);
    await page.getByText("Training", { exact: true }).nth(2).waitFor();
    await expectAccessible(page);
    for (const [index, contributor] of contributors.entries())
      await world.deliver(jobId, contributor, index + 1);
    await page.getByText("Completed", { exact: true }).waitFor();
    const payouts = page.getByRole("table", { name: "Payouts" });
    await payouts.waitFor();
    // A stake of 2 POL, less the fee of 5 %, in two equal shares.
    expect(await payouts.getByText("0.95 POL").count()).toBe(2);
    expect(await payouts.getByRole("row", { name: /Platform fee/ }).textContent()).toContain("0.1 POL");
  });

  it("gives its bundle to the requester", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download the bundle" }).click(),
    ]);
    const bytes = await readFile(await download.path());
    expect(bytes.subarray(257, 262).toString()).toBe("ustar");
    expect(bytes.includes("result.json")).toBe(true);
    expect(bytes.includes("adapter_model.safetensors")).toBe(true);
  });

  it("ends with a signed rating of a contributor, which stands", async () => {
    await button("Rate").first().click();
    await page.getByRole("dialog").getByText("How was the work?").waitFor();
    await page.getByRole("radio", { name: "4" }).check();
    await page.getByLabel("In words").fill("On time.");
    await expectAccessible(page);
    await button("Sign and rate").click();
    await page.getByText("4 of 5").waitFor();
    await page.reload();
    await page.getByText("4 of 5").waitFor();
    await page.getByRole("table", { name: "Checks of the delivered work" }).waitFor();
    expect(await button("Rate").count()).toBe(1);
  });

  it("is listed under My Requests, and cancelled there is its whole stake refunded", async () => {
    const second = await world.jobs.openJob({ contributors: 1, minContributors: 1, rewardWei: 10n ** 18n });
    const gained = await world.jobs.openLedger({ requester: world.jobs.requester });
    await page.goto(`${world.jobs.local.apiUrl}/my-requests`);
    await page.getByText("Completed", { exact: true }).waitFor();
    await expectAccessible(page);
    const entry = page.getByRole("listitem").filter({ hasText: `Job ${second}:` });
    await entry.getByRole("link", { name: /^Open/ }).click();
    await button("Cancel and take the stake back").click();
    await page.getByText("Cancelled", { exact: true }).waitFor();
    expect((await gained()).requester).toBe(10n ** 18n);
    await expectAccessible(page);
  });

  it("left nothing to complain of in the console, and asked nobody but its own host", () => {
    expect(visit.complaints).toEqual([]);
  });
});

describe("a contributor", () => {
  it.each([
    ["/my-contributions", "Paid"],
    ["/earnings", "Save as CSV"],
  ])("finds on %s what the work was paid", async (path, text) => {
    const own = await world.visit(path, { walletOf: roles.firstContributor, colorScheme: "light" });
    await signIn(own.page);
    await own.page.getByText(text, { exact: true }).waitFor();
    await own.page.getByText("0.95 POL").first().waitFor();
    await expectAccessible(own.page);
    expect(own.complaints).toEqual([]);
    await own.close();
  });
});
