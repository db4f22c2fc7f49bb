import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join, posix } from "node:path";

const docsDir = join(import.meta.dirname, "..", "..", "..", "docs");

/** A document of the docs folder, which is a page of the site. */
export interface Document {
  slug: string;
  /** Below the docs folder, such as decisions/0003-merge.md. */
  path: string;
  isDecision: boolean;
}

/** What most readers look for comes first; pages not named here follow by name, and decisions last. */
const readingOrder = [
  "first-steps",
  "dataset-format",
  "results",
  "contributor-app",
  "job-lifecycle",
  "trust-model",
  "federation",
  "verification",
];

export async function listDocuments(): Promise<Document[]> {
  const [pages, decisions] = await Promise.all([readdir(docsDir), readdir(join(docsDir, "decisions"))]);
  const paths = [...pages, ...decisions.map((file) => `decisions/${file}`)].filter((path) =>
    path.endsWith(".md"),
  );
  return paths
    .map((path) => ({ slug: basename(path, ".md"), path, isDecision: path.startsWith("decisions/") }))
    .sort((a, b) => rankOf(a) - rankOf(b) || a.slug.localeCompare(b.slug));
}

function rankOf({ slug, isDecision }: Document): number {
  const place = readingOrder.indexOf(slug);
  return place >= 0 ? place : readingOrder.length + Number(isDecision);
}

export const readDocument = ({ path }: Document) => readFile(join(docsDir, path), "utf8");

/** A drawing of the docs folder (SVG) as an address that holds it: it comes with its page. */
export function readPicture(path: string): string {
  const svg = readFileSync(join(docsDir, path), "utf8");
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/**
 * Where a document's link leads on the site: documents are its pages, other files of the repository are not there
 * and have no link.
 */
export function linkTarget(href: string, from: Document, documents: readonly Document[]): string | undefined {
  if (/^https?:/.test(href) || href.startsWith("#")) return href;
  const [file = "", anchor] = href.split("#");
  const path = posix.join(posix.dirname(from.path), file);
  const target = documents.find((document) => document.path === path);
  return target && `/docs/${target.slug}${anchor ? `#${anchor}` : ""}`;
}
