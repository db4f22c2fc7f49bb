import { Marked } from "marked";
import type { Plugin } from "vite";
import { type Document, linkTarget, listDocuments, readDocument, readPicture } from "./docs-folder.ts";
import { escapeHtml, renderStateDiagram } from "./state-diagram.ts";

const moduleId = "virtual:docs";

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
      const documents = await listDocuments();
      const slug = id.slice(moduleId.length + 2);
      const wanted = documents.find((document) => document.slug === slug);
      if (wanted) return `export default ${JSON.stringify(await renderPage(wanted, documents))};`;
      const entries = documents.map(async (document) => {
        const meta = JSON.stringify(await describePage(document));
        return `{ ...${meta}, load: () => import("${moduleId}/${document.slug}").then((page) => page.default) }`;
      });
      return `export default [${(await Promise.all(entries)).join(",\n")}];`;
    },
  };
}

/** What lists of documents say of one: its title, and the beginning of its first paragraph. */
export async function describePage(document: Document) {
  const { slug, isDecision } = document;
  const source = await readDocument(document);
  const title = /^# (.+)$/m.exec(source)?.[1] ?? slug;
  const firstParagraph = source
    .split(/\n{2,}/)
    .find((block) => /^(?!```)[A-Za-z*`[]/.test(block))
    ?.replaceAll("\n", " ");
  const summary = plainText(firstParagraph ?? "").slice(0, 220);
  return { slug, isDecision, title: plainText(title), summary };
}

/** A document as HTML, whose links lead to the site's pages. */
export async function renderPage(document: Document, documents: readonly Document[]): Promise<string> {
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
        const target = linkTarget(href, document, documents);
        return target ? `<a href="${target}"${title ? ` title="${title}"` : ""}>${text}</a>` : text;
      },
      image({ href, text }) {
        const alt = escapeHtml(text);
        // Wider than a phone, where it would be too small to read.
        return `<span class="scroll" tabindex="0" role="region" aria-label="${alt}"><img src="${readPicture(href)}" alt="${alt}"></span>`;
      },
      code({ text, lang }) {
        if (lang === "mermaid") return renderStateDiagram(text);
        return `<pre tabindex="0"><code${lang ? ` class="language-${lang}"` : ""}>${escapeHtml(text)}</code></pre>\n`;
      },
      table({ header, rows, align }) {
        const cell = (tag: string, index: number, html: string) =>
          `<${tag}${align[index] ? ` align="${align[index]}"` : ""}>${html}</${tag}>`;
        // A name that is empty names nothing: it is no header.
        const head = header.map((entry, index) =>
          cell(entry.text ? "th" : "td", index, this.parser.parseInline(entry.tokens)),
        );
        const names = header.some(({ text }) => text) ? `<thead><tr>${head.join("")}</tr></thead>` : "";
        const body = rows.map(
          (row) =>
            `<tr>${row.map((entry, index) => cell("td", index, this.parser.parseInline(entry.tokens))).join("")}</tr>`,
        );
        tables += 1;
        return `<div class="scroll" tabindex="0" role="region" aria-label="Table ${tables}"><table>${names}<tbody>${body.join("")}</tbody></table></div>\n`;
      },
    },
  });
  return marked.parse(await readDocument(document));
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
