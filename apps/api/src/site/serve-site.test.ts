import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type JobView, jobKinds } from "@trainchain/protocol";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AppEnv } from "../http/app-env.ts";
import { previewTags } from "./link-previews.ts";
import { serveSite } from "./serve-site.ts";
import { findSiteFiles } from "./site-files.ts";

const previews: Record<string, string> = { "/job/7": '<meta property="og:title" content="$& 7" />' };
let dir: string;
let app: Hono<AppEnv>;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-site-"));
  const site = join(dir, "site");
  await mkdir(join(site, "assets"), { recursive: true });
  await writeFile(join(site, "index.html"), "<head></head>the site");
  await writeFile(join(site, "assets", "a-1.js"), "let a = 1;");
  await writeFile(join(site, "assets", "a-1.js.gz"), gzipSync("let a = 1;"));
  await writeFile(join(dir, "secret.txt"), "outside");
  const files = await findSiteFiles(site);
  app = new Hono<AppEnv>();
  app.use(
    serveSite(
      files,
      () => ["/jobs/:jobId", "/healthz"],
      async (path) => previews[path] ?? "",
    ),
  );
  app.get("/jobs/:jobId", (c) => c.json({ job: c.req.param("jobId") }));
  app.post("/home", (c) => c.text("posted"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("the built site", () => {
  it.each(["/", "/home", "/docs/federation", "/no/such/page"])("opens at %s", async (path) => {
    const answer = await app.request(path);
    expect([answer.status, await answer.text()]).toEqual([200, "<head></head>the site"]);
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    expect(answer.headers.get("content-type")).toMatch("text/html");
  });

  it("has a page's own preview in its head, as it was written", async () => {
    const answer = await app.request("/job/7");
    expect(await answer.text()).toBe(`<head>${previews["/job/7"]}</head>the site`);
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });

  it("writes what others chose as text: no title of a job becomes a tag", async () => {
    const spec = { title: '"><script>alert(1)</script>', model: { id: "m" } };
    const job = {
      jobId: "7",
      kind: jobKinds[0],
      spec,
      shareWei: "500000000000000000",
      nextStep: { text: "It waits." },
    };
    const tags = String(await previewTags(job as unknown as JobView));
    expect(tags).not.toContain("<script");
    expect(tags).toContain("&lt;script&gt;alert(1)");
    expect(tags).toContain("is paid 0.5 POL. It waits.");
  });

  it("never answers for the API: not on its paths, nor on others that begin as they do", async () => {
    expect(await (await app.request("/jobs/7")).json()).toEqual({ job: "7" });
    expect((await app.request("/jobs/7/none")).status).toBe(404);
    expect((await app.request("/healthz/none")).status).toBe(404);
    expect(await (await app.request("/home", { method: "POST" })).text()).toBe("posted");
  });

  it("keeps hashed files for ever, compressed where the browser takes it, and knows them again", async () => {
    const plain = await app.request("/assets/a-1.js");
    expect(await plain.text()).toBe("let a = 1;");
    expect(plain.headers.get("cache-control")).toContain("immutable");
    const packed = await app.request("/assets/a-1.js", { headers: { "accept-encoding": "gzip, br" } });
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    const etag = plain.headers.get("etag") ?? "";
    expect((await app.request("/assets/a-1.js", { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  it("sends a file that was replaced since the start as it is now, without its old tag", async () => {
    const path = join(dir, "site", "assets", "b.txt");
    await writeFile(path, "short");
    const later = new Hono<AppEnv>();
    later.use(
      serveSite(
        await findSiteFiles(join(dir, "site")),
        () => [],
        async () => "",
      ),
    );
    const before = await later.request("/assets/b.txt");
    await writeFile(path, "longer than before");
    const after = await later.request("/assets/b.txt", {
      headers: { "if-none-match": before.headers.get("etag") ?? "" },
    });
    expect([after.status, await after.text()]).toEqual([200, "longer than before"]);
    expect([after.headers.get("content-length"), after.headers.get("etag")]).toEqual(["18", null]);
  });

  it("misses a file that is not there, and none lies outside its folder", async () => {
    expect((await app.request("/assets/a-2.js")).status).toBe(404);
    expect((await app.request("/logo.png")).status).toBe(404);
    for (const path of ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"]) {
      const answer = await app.request(path);
      expect(await answer.text()).not.toContain("outside");
    }
  });

  it("is no site where the folder is missing", async () => {
    expect((await findSiteFiles(join(dir, "none"))).size).toBe(0);
  });
});
