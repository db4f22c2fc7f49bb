import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import type { Hono } from "hono";

/** Where the built screens come from: a folder, or what a single executable carries. */
export type ReadAsset = (path: string) => Promise<Uint8Array | undefined>;

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".json": "application/json",
};

/** Serves the screens; any other path without an extension is one of the app's pages, which the browser finds. */
export function serveScreens(app: Hono, readAsset: ReadAsset): void {
  app.get("*", async (c) => {
    const path = normalize(new URL(c.req.url).pathname).split(sep).join("/").replace(/^\/+/, "");
    const isPage = extname(path) === "";
    const name = isPage ? "index.html" : path;
    const body = await readAsset(name);
    if (!body) return c.text("not found", 404);
    // Vite puts a digest of its content into the name of everything but the page itself.
    const caching = name.startsWith("assets/") ? "private, max-age=31536000, immutable" : "no-store";
    c.header("cache-control", caching);
    c.header("content-type", types[extname(name)] ?? "application/octet-stream");
    return c.body(new Uint8Array(body));
  });
}

export function readFrom(folder: string): ReadAsset {
  return (path) => {
    if (path.split("/").includes("..")) return Promise.resolve(undefined);
    return readFile(join(folder, path)).catch(() => undefined);
  };
}
