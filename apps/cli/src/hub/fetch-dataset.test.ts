import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { hubCommit, startHub } from "@trainchain/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createOutput } from "../output.ts";
import { withDataset } from "./fetch-dataset.ts";

const contents: Record<string, string> = {
  "README.md": "# Rows",
  "dataset_info.json": "{}",
  "data/train rows.jsonl": '{"prompt":"a","completion":"b"}\n',
  "data/test rows.jsonl": '{"prompt":"c","completion":"d"}\n',
  "pictures/all.zip": "PK",
};

let hub: Awaited<ReturnType<typeof startHub>>;

beforeAll(async () => {
  hub = await startHub(contents);
  vi.stubEnv("HF_ENDPOINT", hub.url);
  vi.stubEnv("HF_TOKEN", "hub-token");
});
afterAll(() => {
  vi.unstubAllEnvs();
  hub.stop();
});
beforeEach(() => {
  hub.asked.length = 0;
  hub.answerInstead(undefined);
});

const read = (address: string, of?: "images") =>
  withDataset(address, createOutput(true), (file) => readFile(file, "utf8"), of);
const leftovers = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("trainchain-hub-"));

describe("a dataset of a hub", () => {
  it("is fetched at the commit that its revision is, by its training file, and removed afterwards", async () => {
    const before = await leftovers();
    expect(await read("hf://ann/rows")).toBe(contents["data/train rows.jsonl"]);
    expect(hub.asked).toEqual([
      "/api/datasets/ann/rows/revision/main Bearer hub-token",
      `/datasets/ann/rows/resolve/${hubCommit}/data/train%20rows.jsonl Bearer hub-token`,
    ]);
    expect(await leftovers()).toEqual(before);
  });

  it("may be named by file, and an archive is what images are in", async () => {
    expect(await read("hf://ann/rows@main/data/test rows.jsonl")).toBe(contents["data/test rows.jsonl"]);
    expect(await read("hf://ann/rows", "images")).toBe("PK");
    await expect(read("hf://ann/rows/none.csv")).rejects.toMatchObject({ code: "not-found" });
  });

  it.each([
    [401, "forbidden", false],
    [403, "forbidden", false],
    [404, "not-found", false],
    [429, "too-many-requests", true],
    [500, "storage-unavailable", true],
    [503, "storage-unavailable", true],
  ])("is refused with the hub's status %i as %s", async (status, code, mayRetry) => {
    hub.answerInstead({ status, body: "gated 404 not found" });
    await expect(read("hf://ann/rows")).rejects.toMatchObject({ code, mayRetry });
  });

  it("is asked for again where a login page answers in its place", async () => {
    hub.answerInstead({ status: 200, body: "<html>Hotel</html>" });
    await expect(read("hf://ann/rows")).rejects.toMatchObject({
      code: "storage-unavailable",
      mayRetry: true,
    });
  });

  it.each(["hf://rows", "hf://../../x", "hf://ann/rows@..", "hf://ann/rows@"])(
    "is not looked for by %s",
    async (address) => {
      await expect(read(address)).rejects.toMatchObject({ fix: expect.stringMatching(/hf:|files|has/) });
      expect(hub.asked.join()).not.toContain("..");
    },
  );
});
