import { readdir, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { sha256OfFile } from "@trainchain/storage";

interface StoredBytes {
  diskPath: string;
  sizeBytes: number;
}

export interface SiteFile extends StoredBytes {
  /** As a browser asks for it, such as /assets/index-abc.js. */
  path: string;
  etag: string;
  /** Compressed copies that lie beside it, best first. */
  encodings: (StoredBytes & { name: "br" | "gzip" })[];
}

export type SiteFiles = ReadonlyMap<string, SiteFile>;

const endings = { br: ".br", gzip: ".gz" } as const;

/**
 * Every file of a built site, found once at start: a request only looks names up, so no address can lead out of the
 * folder. A folder that is not there is a site without files. `under` is the address of the folder, such as /app.
 */
export async function findSiteFiles(dir: string, under = ""): Promise<SiteFiles> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const diskPaths = new Set(
    entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)),
  );
  const files = new Map<string, SiteFile>();
  for (const diskPath of diskPaths) {
    if (isCompressedCopy(diskPath, diskPaths)) continue;
    const path = `${under}/${relative(dir, diskPath).split(sep).join("/")}`;
    const encodings = [];
    for (const name of ["br", "gzip"] as const) {
      const copy = diskPath + endings[name];
      if (diskPaths.has(copy)) encodings.push({ name, diskPath: copy, sizeBytes: (await stat(copy)).size });
    }
    const { size: sizeBytes } = await stat(diskPath);
    const etag = `"${(await sha256OfFile(diskPath)).slice(0, 32)}"`;
    files.set(path, { path, diskPath, sizeBytes, etag, encodings });
  }
  return files;
}

const contentTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".sh": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};

export function contentTypeOf(path: string): string {
  return contentTypes[extname(path)] ?? "application/octet-stream";
}

function isCompressedCopy(path: string, all: ReadonlySet<string>): boolean {
  return Object.values(endings).some((ending) => path.endsWith(ending) && all.has(path.slice(0, -3)));
}
