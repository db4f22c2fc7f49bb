import { expectNoAxeViolations } from "@trainchain/testing/browser";
import { parquetWriteBuffer } from "hyparquet-writer";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SiteWorld, startSiteWorld } from "./site-world.ts";

const count = 4_000;

const parquet = {
  name: "rows.parquet",
  mimeType: "application/vnd.apache.parquet",
  buffer: Buffer.from(
    parquetWriteBuffer({
      columnData: ["instruction", "output"].map((name) => ({
        ...{ name, type: "STRING" as const },
        data: Array.from({ length: count }, (_, at) => `${name} ${at}`),
      })),
    }),
  ),
};

let world: SiteWorld;
beforeAll(async () => {
  world = await startSiteWorld();
});
afterAll(() => world?.stop());

async function openForm() {
  const visit = await world.visit("/requester");
  await visit.page.getByLabel("Base model").waitFor();
  return visit;
}

/** The tokenizer of the first model is asked of its hub, which no test reaches. */
const besidesHub = (complaints: readonly string[]) =>
  complaints.filter((text) => !/Failed to load resource/.test(text));

const choose = (page: Page, file: typeof parquet) => page.locator("input[type=file]").setInputFiles(file);

describe("a Parquet file", () => {
  it("is read in a worker of its own", async () => {
    const { page, complaints, close } = await openForm();
    await choose(page, parquet);
    await page.getByText("Alpaca: 4,000 rows").waitFor();
    expect(besidesHub(complaints)).toEqual([]);
    await close();
  });

  it("whose reading takes too long is given up with what Node says, the worker is ended, and the next file is read", async () => {
    const { page, complaints, close } = await openForm();
    await page.evaluate(allowOneMillisecond);
    await choose(page, parquet);
    const problem = page.getByRole("row", { name: /does not come to an end/ });
    await problem.waitFor();
    expect(await problem.textContent()).toMatch(/cannot be read to its end.*Download or pack it again/);
    await expect.poll(() => page.workers().filter((one) => one.url().includes("parquet")).length).toBe(0);
    await expectNoAxeViolations(page);
    await choose(page, {
      name: "rows.jsonl",
      mimeType: "application/jsonl",
      buffer: Buffer.from('{"instruction": "Say a.", "output": "a"}\n'),
    });
    await page.getByText("Alpaca: 1 row").waitFor();
    expect(besidesHub(complaints)).toEqual([]);
    await close();
  });
});

/** Runs in the page: whatever checks a file is told a limit that nothing keeps to, as nobody has a file to share that takes longer. */
function allowOneMillisecond(): void {
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function post(this: Worker, message: unknown) {
    const isRequest = typeof message === "object" && message !== null && "kind" in message;
    postMessage.call(this, isRequest ? { ...message, answerMs: 1 } : message);
  } as typeof postMessage;
}
