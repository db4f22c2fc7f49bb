import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hubCommit, roles, startHub } from "@trainchain/testing";
import { expectFitsNarrowWindows, expectNoAxeViolations } from "@trainchain/testing/browser";
import { shapesArchive } from "@trainchain/testing/generated-images";
import { parseTar } from "nanotar";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenToPresses } from "../listen-to-presses.ts";
import { type RequestWorld, readRows, startRequestWorld } from "./request-world.ts";
import type { Visit } from "./visit.ts";

const contributors = [roles.firstContributor, roles.firstContributor + 1] as const;
const withoutOutput = JSON.stringify({ instruction: "Double 2.", input: "" });
const pol = 10n ** 18n;

const jsonl = (lines: readonly string[]) => ({
  name: "rows.jsonl",
  mimeType: "application/jsonl",
  buffer: Buffer.from(lines.join("\n")),
});

let world: RequestWorld;
let visit: Visit;
let page: Page;
let rows: string[];
let apps: Awaited<ReturnType<RequestWorld["openApp"]>>[];
let gained: Awaited<ReturnType<RequestWorld["openLedger"]>>;
beforeAll(async () => {
  rows = await readRows(240);
  world = await startRequestWorld();
  visit = await world.visit("/requester", { walletOf: roles.requester, colorScheme: "light" });
  page = visit.page;
  apps = await Promise.all(contributors.map((index) => world.openApp(index)));
});
afterAll(() => world?.stop());

const button = (name: string | RegExp) => page.getByRole("button", { name });
const jobIdOf = (of: Page) => new URL(of.url()).pathname.split("/").at(-1) ?? "";

async function signIn(on: Page): Promise<void> {
  await on.getByRole("button", { name: "Connect wallet" }).click();
  await on.getByRole("button", { name: /Your wallet/ }).waitFor();
  // What lies under the dialog takes no typing.
  await on.getByRole("dialog").waitFor({ state: "hidden" });
}

/** As everybody must be able to read it: in both themes, and on a phone without moving anything sideways. */
async function expectAccessible(on: Page): Promise<void> {
  await expectFitsNarrowWindows(on);
  await expectNoAxeViolations(on);
  await on.emulateMedia({ colorScheme: "dark" });
  await expectNoAxeViolations(on, { only: ["color-contrast"] });
  await on.emulateMedia({ colorScheme: "light" });
}

async function choose(file: ReturnType<typeof jsonl>): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(file);
}

/** In order: each step goes on where the one before it ended. */
describe("a request on the site", () => {
  it("is filled in, checked and priced without a wallet, with an example where there is no file", async () => {
    // The others' tokenizers would be asked of their hub.
    await page.getByLabel("Base model").selectOption("toy-model");
    await button("Try it with an example").click();
    await page.getByText("This file can be used").waitFor();
    await page.getByLabel("How thoroughly").selectOption({ label: "Thorough" });
    expect(await page.getByLabel("Epochs per contributor").inputValue()).toBe("4");
    await page.getByText("Price per 1,000 rows").waitFor();
    expect(await button("Upload and prepare").count()).toBe(0);
    await expectAccessible(page);
  });

  it("shows where the file is wrong and how to mend it, before anything is sent", async () => {
    await signIn(page);
    await choose(jsonl([...rows.slice(0, 2), withoutOutput, ...rows.slice(3, 100)]));
    const problem = page.getByRole("row", { name: /line 3, output/ });
    await problem.waitFor();
    expect(await problem.textContent()).toMatch(/is missing.*Add the field/);
    expect(await button("Upload and prepare").isDisabled()).toBe(true);
    await expectAccessible(page);
  });

  it("keeps what was filled in over a reload, and takes the file without the row that cannot be used", async () => {
    await page.getByLabel("Description").fill("Follows short instructions.");
    await page.getByLabel("Base model").selectOption("toy-model");
    await page.getByLabel("Epochs per contributor").fill("2");
    expect(await page.getByLabel("Needed at least").inputValue()).toBe("2");
    await page.getByLabel(/^Reward in POL/).fill("2");
    await page.reload();
    expect(await page.getByLabel("Description").inputValue()).toBe("Follows short instructions.");
    expect(await page.getByLabel("Base model").inputValue()).toBe("toy-model");
    expect(await page.getByLabel(/^Reward in POL/).inputValue()).toBe("2");
    await choose(jsonl([...rows, withoutOutput]));
    await page.getByText("1 problem to mend").waitFor();
    await page.getByText("Median answer").waitFor();
    expect(await button("Upload and prepare").isDisabled()).toBe(true);
    await page.getByRole("checkbox", { name: "Leave 1 row out, and go on with the other 240." }).check();
    await page.getByText("24 rows are kept back to measure with; 216 are trained on, 108 by each").waitFor();
    await page.getByText(/By the model's own tokenizer a row has \d+ tokens/).waitFor();
    expect(await page.getByLabel("Longest row, in tokens").getAttribute("placeholder")).toBe("128");
    await expectAccessible(page);
  });

  it("is uploaded and prepared, and waits for its signature over a reload", async () => {
    await button("Upload and prepare").click();
    await page.waitForURL("**/draft/*");
    await page.reload();
    await button("Stake and open the job").waitFor();
    await page.getByText("Follows short instructions.").waitFor();
    await page.getByText("1 that could not be used (missing field: 1)").waitFor();
    await page.getByText("128 tokens").waitFor();
    await page.getByText(/^[\d.]+ GB( of graphics memory, or [\d.]+ GB without a graphics card)?$/).waitFor();
    await expectAccessible(page);
  });

  it("can be changed before it is paid for, without sending the file again", async () => {
    const before = page.url();
    await button("Change title, reward or training").click();
    await expectAccessible(page);
    expect(await page.getByLabel("Longest row, in tokens").inputValue()).toBe("128");
    expect(await button("Save the changes").isDisabled()).toBe(true);
    await page.getByLabel(/^Reward in POL/).fill("2.5");
    await button("Save the changes").click();
    await page.getByText("2.5 POL").first().waitFor();
    expect(page.url()).toBe(before);
    await button("Change title, reward or training").click();
    await page.getByLabel("Title").fill("Short answers");
    await page.getByLabel(/^Reward in POL/).fill("2");
    await button("Save the changes").click();
    await page.waitForURL((url) => url.href !== before);
    await button("Stake and open the job").waitFor();
    await page.getByText("Follows short instructions.").waitFor();
  });

  it("is not signed in two windows of one browser, lest its wallet stake twice", async () => {
    const other = await page.context().newPage();
    await other.goto(page.url());
    const name = `trainchain/stake/${page.url().split("/").at(-1)}`;
    await other.evaluate((lock) => {
      navigator.locks.request(lock, () => new Promise(() => undefined));
    }, name);
    await button("Stake and open the job").click();
    await page.getByText("another window of this browser is doing this already").waitFor();
    await other.close();
  });

  it("can be signed after the wallet was declined once, and is then a listed job", async () => {
    visit.wallet?.rejectNext();
    await button("Stake and open the job").click();
    await page.getByText(/you declined the request/i).waitFor();
    await button("Stake and open the job").click();
    await page.waitForURL("**/job/*");
    await page.reload();
    await page.getByText("Waiting for contributors", { exact: true }).waitFor();
    await page.getByText("2 slots are free.").waitFor();
    await expectAccessible(page);
  });

  it("is taken and trained by two contributors in their apps, before the requester's eyes in every tab", async () => {
    gained = await world.openLedger();
    const tab = await page.context().newPage();
    await tab.addInitScript(hideAndKeepNotifications);
    await tab.goto(page.url());
    await Promise.all(
      apps.map(async (app) => {
        await app.signIn();
        await app.useOneCore();
        await app.takeJob("Short answers");
      }),
    );
    for (const open of [page, tab]) {
      // On a busy machine one may have delivered before the other began, on an idle one both be paid already.
      const slots = open.getByRole("table", { name: "Contributors of this job" });
      await slots
        .getByText(/^(Training|Delivered|Paid)$/)
        .nth(1)
        .waitFor();
      await open.getByRole("img", { name: /loss/i }).waitFor();
    }
    await page.reload();
    // On a busy machine the training may be over before the page is back.
    await page
      .getByText(/^(step \d+ of \d+|done$|Completed$)/)
      .first()
      .waitFor();
    await expectAccessible(page);
    await tab.getByText("Completed", { exact: true }).waitFor();
    await expect.poll(() => tab.evaluate(() => (window as KeptNotifications).told?.at(-1))).toBe("Completed");
    await tab.close();
  });

  it("is merged, better than the base model, and pays both contributors to the wei", async () => {
    await page.getByText("Completed", { exact: true }).waitFor();
    await page.reload();
    await page.getByRole("img", { name: "Training loss of each contributor" }).waitFor();
    await page.getByText("Completed", { exact: true }).waitFor();
    expect(await page.title()).toMatch(/^Completed · Job \d+ · TrainChain$/);
    // Where a single delivery was better than the merge, that is what the requester gets, and is told.
    await page.getByText(/^(On \d+ rows that nobody trained on|The download holds)/).waitFor();
    const payouts = page.getByRole("table", { name: "Payouts" });
    await payouts.waitFor();
    // A stake of 2 POL, less the fee of 5 %, in two equal shares.
    expect(await payouts.getByText("0.95 POL").count()).toBe(2);
    expect(await payouts.getByRole("row", { name: /Platform fee/ }).textContent()).toContain("0.1 POL");
    const { result } = await world.receiptOf(jobIdOf(page));
    expect(result.leftOut).toEqual({ rows: 1, reasons: { "missing-field": 1 } });
    expect(result.evaluation?.merged.loss).toBeLessThan(result.evaluation?.base.loss ?? 0);
    await Promise.all(apps.map((app) => app.untilPaid("0.95 POL")));
    expect(await gained()).toEqual({ requester: 0n, first: (95n * pol) / 100n, second: (95n * pol) / 100n });
  });

  it("answers a prompt of the requester, base and tuned model side by side, over a reload", async () => {
    await page.getByLabel("Prompt").fill("Name three colours.");
    await button("Ask both models").click();
    await page.getByText("“Name three colours.”").waitFor();
    await page.reload();
    await page
      .getByText(/^\d+ tokens in/)
      .nth(1)
      .waitFor();
    await expectAccessible(page);
  });

  it("gives bundle and receipt to the requester, and `trainchain result verify` agrees with both", async () => {
    const jobId = jobIdOf(page);
    const save = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name }).click(),
      ]);
      return readFile(await download.path());
    };
    const out = join(world.dataDir, "downloads");
    await mkdir(join(out, "adapters"), { recursive: true });
    await writeFile(join(out, "receipt.json"), await save("Save receipt"));
    for (const { name, data } of parseTar(await save("Download the bundle")))
      await writeFile(join(out, name), data ?? "");
    for (const index of contributors)
      await copyFile(world.adapterOf(index, jobId), join(out, "adapters", `${index}.safetensors`));
    const given = ["--adapters", join(out, "adapters"), "--api", world.apiUrl, "--rpc", world.rpcUrl];
    const { code, findings } = await world.verify(join(out, "receipt.json"), ...given);
    expect(findings.filter(({ outcome }) => outcome === "differs")).toEqual([]);
    expect(code).toBe(0);
    const verified = findings.filter(({ outcome }) => outcome === "verified").map(({ what }) => what);
    expect(verified).toEqual(
      expect.arrayContaining(["mergedSha256 from the adapters", "resultCid on chain", "rows left out"]),
    );
    // What was downloaded is also what llama.cpp takes, once it is written so.
    expect((await world.exportAs("gguf", out)).code).toBe(0);
    expect((await readFile(join(out, "adapter.gguf"))).subarray(0, 4).toString()).toBe("GGUF");
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
    // The other contributor's: this one has been rated for good.
    await expect.poll(() => button("Rate").count()).toBe(1);
  });

  it("is listed under My Requests, and cancelled there is its whole stake refunded", async () => {
    const second = await world.openJob("1");
    gained = await world.openLedger();
    await page.goto(`${world.apiUrl}/my-requests`);
    await page.getByText("Completed", { exact: true }).waitFor();
    await expectAccessible(page);
    await page.getByText(/^Loss on unseen rows .* better than the base model\.$/).waitFor();
    const entry = page.getByRole("listitem").filter({ hasText: `Job ${second}:` });
    await entry.getByRole("link", { name: /^Open/ }).click();
    await button("Cancel and take the stake back").click();
    await page.getByText("Cancelled", { exact: true }).waitFor();
    expect((await gained()).requester).toBe(pol);
    await expectAccessible(page);
  });

  it("is filled into the form again for another try, as it was requested", async () => {
    await page.goto(`${world.apiUrl}/my-requests`);
    const ended = page.getByRole("listitem").filter({ hasText: "Loss on unseen rows" });
    await ended.getByRole("link", { name: "Run again" }).click();
    await page.getByLabel("Base model").waitFor();
    expect(await page.getByLabel("Base model").inputValue()).toBe("toy-model");
    expect(await page.getByLabel("Description").inputValue()).toBe("Follows short instructions.");
    expect(await page.getByLabel(/^Reward in POL/).inputValue()).toBe("2");
  });

  it("left nothing to complain of in the console, and asked nobody but its own host", () => {
    expect(visit.complaints).toEqual([]);
  });
});

describe("a dataset of a hub", () => {
  it("is fetched by the browser at one commit, checked like any file, for either kind of job", async () => {
    const hub = await startHub({
      "data/train.jsonl": rows.join("\n"),
      "shapes.zip": await shapesArchive(10),
      "README.md": "",
    });
    const own = await world.visit("/requester", { walletOf: roles.requester, colorScheme: "light" });
    await own.page.route("https://huggingface.co/**", async (route) => {
      const url = route.request().url().replace("https://huggingface.co", hub.url);
      await route.fulfill({ response: await route.fetch({ url }) });
    });
    await signIn(own.page);
    await own.page.getByLabel("Base model").selectOption("toy-model");
    const fetchFrom = async (typed: string) => {
      await own.page.getByLabel("Or a dataset on Hugging Face").fill(typed);
      await own.page.getByRole("button", { name: "Fetch" }).click();
    };
    await fetchFrom("https://huggingface.co/datasets/ann/none");
    await own.page.getByText(/has no dataset ann\/none at main/).waitFor();
    await fetchFrom("hf://ann/rows");
    await own.page.getByText(`data/train.jsonl of ann/rows, at commit ${hubCommit.slice(0, 12)}`).waitFor();
    await own.page.getByText("Alpaca: 240 rows").waitFor();
    await own.page.getByLabel("What shall be trained?").selectOption({ label: "Image Classification" });
    await fetchFrom("ann/rows@main");
    await own.page.getByText("40 images in 4 classes").waitFor();
    expect(hub.asked.filter((path) => path.includes(hubCommit)).length).toBe(2);
    await expectAccessible(own.page);
    await own.close();
    hub.stop();
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

describe("somebody with one wallet and no dataset", () => {
  it("comes from the start page to a listed job with five presses", async () => {
    const own = await world.visit("/home", { walletOf: roles.requester, colorScheme: "light" });
    const pressed = await listenToPresses(own.page);
    await own.page.reload();
    const main = own.page.getByRole("main");
    await main.getByRole("link", { name: "Request a training" }).click();
    // The others' tokenizers would be asked of their hub.
    await own.page.getByLabel("Base model").selectOption("toy-model");
    await main.getByRole("button", { name: "Try it with an example" }).click();
    await main.getByRole("button", { name: "Connect wallet" }).click();
    const upload = main.getByRole("button", { name: "Upload and prepare" });
    const choice = own.page.getByRole("dialog").getByRole("button", { name: "Test Wallet" });
    await upload.or(choice).waitFor();
    if (await choice.isVisible()) await choice.click();
    await upload.click();
    await main.getByRole("button", { name: "Stake and open the job" }).click();
    await own.page.waitForURL("**/job/*");
    await own.page.getByText("Waiting for contributors", { exact: true }).waitFor();
    expect(pressed.length, pressed.join(", ")).toBe(5);
    await own.close();
  });
});

type KeptNotifications = Window & { told?: (string | undefined)[] };

/**
 * Makes a tab one that nobody looks at, and keeps what it tells by the system's notifications. A browser without a
 * screen allows none, whatever its session is granted.
 */
function hideAndKeepNotifications(): void {
  document.hasFocus = () => false;
  const told: (string | undefined)[] = [];
  const keep = (_title: string, options?: NotificationOptions) => {
    told.push(options?.body);
    return new EventTarget();
  };
  const Kept = Object.assign(
    function Notification(...args: Parameters<typeof keep>) {
      return keep(...args);
    },
    { permission: "granted" },
  );
  Object.assign(window, { told, Notification: Kept });
}
