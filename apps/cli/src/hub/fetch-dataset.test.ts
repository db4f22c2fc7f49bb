import { readdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createOutput } from "../output.ts";
import { withDataset } from "./fetch-dataset.ts";

/** A hub's HTTP interface, as far as datasets need it: a revision's commit and files, and one file at a commit. */
const commit = "0123456789abcdef0123456789abcdef01234567";
const contents: Record<string, string> = {
  "README.md": "# Rows",
  "dataset_info.json": "{}",
  "data/train rows.jsonl": '{"prompt":"a","completion":"b"}\n',
  "data/test rows.jsonl": '{"prompt":"c","completion":"d"}\n',
};

let server: Server;
let asked: string[] = [];
/** Answers with it in place of the hub's own. */
let instead: { status: number; body: string } | undefined;
const kept = { ...process.env };

beforeAll(async () => {
  server = createServer(({ url = "", headers }, response) => {
    asked.push(`${url} ${headers.authorization ?? ""}`.trim());
    if (instead) return void response.writeHead(instead.status).end(instead.body);
    if (url === "/api/datasets/ann/rows/revision/main") {
      const siblings = Object.keys(contents).map((rfilename) => ({ rfilename }));
      return void response.end(JSON.stringify({ sha: commit, siblings }));
    }
    const path = decodeURIComponent(url.replace(`/datasets/ann/rows/resolve/${commit}/`, ""));
    const content = contents[path];
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.HF_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.HF_TOKEN = "hub-token";
});
afterAll(() => {
  process.env = kept;
  server.close();
});
beforeEach(() => {
  asked = [];
  instead = undefined;
});

const read = (address: string) => withDataset(address, createOutput(true), (file) => readFile(file, "utf8"));
const leftovers = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("trainchain-hub-"));

describe("a dataset of a hub", () => {
  it("is fetched at the commit that its revision is, by its training file, and removed afterwards", async () => {
    const before = await leftovers();
    expect(await read("hf://ann/rows")).toBe(contents["data/train rows.jsonl"]);
    expect(asked).toEqual([
      "/api/datasets/ann/rows/revision/main Bearer hub-token",
      `/datasets/ann/rows/resolve/${commit}/data/train%20rows.jsonl Bearer hub-token`,
    ]);
    expect(await leftovers()).toEqual(before);
  });

  it("may be named by file", async () => {
    expect(await read("hf://ann/rows@main/data/test rows.jsonl")).toBe(contents["data/test rows.jsonl"]);
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
    instead = { status, body: "gated 404 not found" };
    await expect(read("hf://ann/rows")).rejects.toMatchObject({ code, mayRetry });
  });

  it("is asked for again where a login page answers in its place", async () => {
    instead = { status: 200, body: "<html>Hotel</html>" };
    await expect(read("hf://ann/rows")).rejects.toMatchObject({
      code: "storage-unavailable",
      mayRetry: true,
    });
  });

  it.each(["hf://rows", "hf://../../x", "hf://ann/rows@..", "hf://ann/rows@"])(
    "is not looked for by %s",
    async (address) => {
      await expect(read(address)).rejects.toMatchObject({ fix: expect.stringMatching(/hf:|files|has/) });
      expect(asked.join()).not.toContain("..");
    },
  );
});
