import { open, readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../http/app-env.ts";
import { contentTypeOf, type SiteFile, type SiteFiles } from "./site-files.ts";

/**
 * Serves the built site: its files, and its index for every other address, as the site finds the page by itself, with
 * what `previewOf` gives for the address in its head. The
 * API comes first: whatever begins with the first path segment of one of its routes is never the site's.
 */
export function serveSite(
  files: SiteFiles,
  apiPaths: () => readonly string[],
  previewOf: (path: string) => Promise<string>,
): MiddlewareHandler<AppEnv> {
  let apiSegments: ReadonlySet<string> | undefined;
  return async (c, next) => {
    if (c.req.method !== "GET" && c.req.method !== "HEAD") return next();
    // Known once all routes are declared, so at the first request.
    apiSegments ??= new Set(apiPaths().map(firstSegment));
    const { path } = c.req;
    if (apiSegments.has(firstSegment(path))) return next();
    const file = files.get(path);
    if (file) return sendFile(c, file);
    const index = files.get("/index.html");
    // A file that is not there is missing; only an address without an ending can be a page.
    if (!index || path.startsWith("/assets/") || /\.[a-z0-9]{2,5}$/i.test(path)) return next();
    const preview = await previewOf(path);
    return preview ? sendWithPreview(c, index, preview) : sendFile(c, index);
  };
}

function firstSegment(path: string): string {
  return path.split("/")[1] ?? "";
}

/** The index with a page's own tags in its head. */
async function sendWithPreview(c: Context<AppEnv>, index: SiteFile, tags: string): Promise<Response> {
  const page = await readFile(index.diskPath, "utf8");
  c.header("content-security-policy", "frame-ancestors 'none'");
  c.header("cache-control", "no-cache");
  return c.html(page.replace("</head>", () => `${tags}</head>`));
}

async function sendFile(c: Context<AppEnv>, file: SiteFile): Promise<Response> {
  c.header("content-type", contentTypeOf(file.path));
  c.header("content-security-policy", "frame-ancestors 'none'");
  // Names under /assets carry a hash of their content; everything else is asked for again each time.
  c.header(
    "cache-control",
    file.path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
  );
  c.header("vary", "accept-encoding");
  const encoding = file.encodings.find(({ name }) => c.req.header("accept-encoding")?.includes(name));
  if (encoding) c.header("content-encoding", encoding.name);
  const { diskPath, sizeBytes } = encoding ?? file;
  const opened = await open(diskPath);
  // An archive of the app may have been replaced since the start: what is there now is sent whole, without the old tag.
  const { size } = await opened.stat();
  if (size === sizeBytes) {
    c.header("etag", file.etag);
    if (c.req.header("if-none-match") === file.etag) {
      await opened.close();
      return c.body(null, 304);
    }
  }
  c.header("content-length", String(size));
  if (c.req.method === "HEAD" || size === 0) {
    await opened.close();
    return c.body(null, 200);
  }
  const bytes = opened.createReadStream({ end: size - 1 });
  return c.body(Readable.toWeb(bytes) as ReadableStream<Uint8Array>, 200);
}
