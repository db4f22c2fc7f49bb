import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectNoAxeViolations, openBrowser } from "@trainchain/testing/browser";
import { startLocalWorld } from "@trainchain/testing/local-world";
import { expect, it } from "vitest";
import { ensureWeb } from "../../scripts/ensure-web.ts";
import { visitSite } from "../web/visit.ts";
import { makePairs } from "./made-pairs.ts";

const kinds = (page: Awaited<ReturnType<typeof visitSite>>["page"]) =>
  page.getByLabel("What shall be trained?");

it("the form for a sentence encoder checks pairs in the browser, and is offered where the escrow takes such jobs", async () => {
  await ensureWeb();
  const folderOf = (name: string) => mkdtemp(join(tmpdir(), `trainchain-embedding-${name}-`));
  const folders = await Promise.all(["pairs", "second", "first"].map(folderOf));
  const [dataDir, onSecond, onFirst] = folders as [string, string, string];
  const browser = await openBrowser();
  const file = join(dataDir, "pairs.csv");
  const pairs = makePairs(600).map(({ anchor, positive }) => `${anchor},${positive}\n`);
  await writeFile(file, ["anchor,positive\n", ...pairs].join(""));
  try {
    const world = await startLocalWorld({ dataDir: onSecond, escrowVersion: "2" });
    const { page, complaints, close } = await visitSite(browser, world, "/requester");
    await kinds(page).selectOption("Embedding Finetuning");
    await page.getByLabel("Sentence encoder").waitFor();
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByText("anchor/positive: 600 rows").waitFor();
    await page
      .getByText("60 pairs are kept back to measure with; 540 are trained on, 270 by each contributor")
      .waitFor();
    await page.getByLabel("Longest text").fill("300");
    await page.getByText("at most 256", { exact: true }).waitFor();
    await page.getByLabel("Longest text").fill("64");
    await page.getByText(/^Each contributor needs .*\b2\.9 GB of memory and .*\.$/).waitFor();
    expect(await page.getByLabel("Learning rate").getAttribute("placeholder")).toBe("0.0003");
    expect(await page.getByLabel("Sentence encoder").inputValue()).toBe("all-minilm-l6-v2");
    await expectNoAxeViolations(page);
    expect(complaints).toEqual([]);
    await close();
    await world.stop();

    const first = await startLocalWorld({ dataDir: onFirst, escrowVersion: "1" });
    const old = await visitSite(browser, first, "/requester");
    await kinds(old.page).waitFor();
    expect(await kinds(old.page).locator("option").allTextContents()).toEqual([
      "LLM Finetuning",
      "Image Classification",
    ]);
    await old.close();
    await first.stop();
  } finally {
    await browser.close();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
});
