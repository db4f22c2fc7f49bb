import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Marked } from "marked";
import type { Plugin } from "vite";

const docsDir = join(import.meta.dirname, "..", "..", "..", "docs");
const moduleId = "virtual:docs";

/** What most readers look for comes first; pages not named here follow by name. */
const readingOrder = [
  "job-lifecycle",
  "trust-model",
  "federation",
  "verification",
  "dataset-format",
  "contributor-app",
];

/**
 * The docs folder as modules: `virtual:docs` lists the pages, `virtual:docs/<slug>` is one page's HTML. Rendered when
 * the site is built, so the browser gets no markdown library, and from our own files only.
 */
export function docsPages(): Plugin {
  return {
    name: "docs-pages",
    resolveId: (id) => (id.startsWith(moduleId) ? `\0${id}` : undefined),
    async load(id) {
      if (!id.startsWith(`\0${moduleId}`)) return undefined;
      const slug = id.slice(moduleId.length + 2);
      if (slug) return `export default ${JSON.stringify(await renderPage(slug, await listSlugs()))};`;
      const slugs = await listSlugs();
      const entries = await Promise.all(
        slugs.map(async (name) => {
          const meta = JSON.stringify(await describePage(name));
          return `{ ...${meta}, load: () => import("${moduleId}/${name}").then((page) => page.default) }`;
        }),
      );
      return `export default [${entries.join(",\n")}];`;
    },
  };
}

async function listSlugs(): Promise<string[]> {
  const files = await readdir(docsDir);
  return files
    .filter((file) => file.endsWith(".md"))
    .map((file) => basename(file, ".md"))
    .sort((a, b) => rankOf(a) - rankOf(b) || a.localeCompare(b));
}

function rankOf(slug: string): number {
  const place = readingOrder.indexOf(slug);
  return place < 0 ? readingOrder.length : place;
}

async function describePage(slug: string) {
  const source = await readFile(join(docsDir, `${slug}.md`), "utf8");
  const title = /^# (.+)$/m.exec(source)?.[1] ?? slug;
  const firstParagraph = source
    .split(/\n{2,}/)
    .find((block) => /^(?!```)[A-Za-z*`[]/.test(block))
    ?.replaceAll("\n", " ");
  return { slug, title: plainText(title), summary: plainText(firstParagraph ?? "").slice(0, 220) };
}

async function renderPage(slug: string, slugs: readonly string[]): Promise<string> {
  // Every landmark of a page needs a name of its own.
  let tables = 0;
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const text = this.parser.parseInline(tokens);
        return `<h${depth} id="${anchorOf(plainText(text))}">${text}</h${depth}>\n`;
      },
      link({ href, title, tokens }) {
        const text = this.parser.parseInline(tokens);
        const target = linkTarget(href, slugs);
        return target ? `<a href="${target}"${title ? ` title="${title}"` : ""}>${text}</a>` : text;
      },
      code({ text, lang }) {
        if (lang === "mermaid") {
          return `<details><summary>Diagram, as Mermaid source</summary><pre tabindex="0"><code>${escapeHtml(text)}</code></pre></details>\n`;
        }
        return `<pre tabindex="0"><code${lang ? ` class="language-${lang}"` : ""}>${escapeHtml(text)}</code></pre>\n`;
      },
      table({ header, rows, align }) {
        const cell = (tag: string, index: number, html: string) =>
          `<${tag}${align[index] ? ` align="${align[index]}"` : ""}>${html}</${tag}>`;
        const head = header.map((entry, index) => cell("th", index, this.parser.parseInline(entry.tokens)));
        const body = rows.map(
          (row) =>
            `<tr>${row.map((entry, index) => cell("td", index, this.parser.parseInline(entry.tokens))).join("")}</tr>`,
        );
        tables += 1;
        return `<div class="scroll" tabindex="0" role="region" aria-label="Table ${tables}"><table><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>\n`;
      },
    },
  });
  return marked.parse(await readFile(join(docsDir, `${slug}.md`), "utf8"));
}

/** Other pages of the folder become pages of the site; other files of the repository are not on the site. */
function linkTarget(href: string, slugs: readonly string[]): string | undefined {
  if (/^https?:/.test(href) || href.startsWith("#")) return href;
  const [, slug, anchor = ""] = /^(?:\.\/)?([a-z0-9-]+)\.md(#.*)?$/.exec(href) ?? [];
  return slug && slugs.includes(slug) ? `/docs/${slug}${anchor}` : undefined;
}

function anchorOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

function plainText(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]+>/g, "")
    .replace(/[*`]/g, "")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
