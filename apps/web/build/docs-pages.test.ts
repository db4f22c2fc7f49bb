import { expect, it } from "vitest";
import { listDocuments } from "./docs-folder.ts";
import { renderPage } from "./docs-pages.ts";

const documents = await listDocuments();
const pages = new Map(
  await Promise.all(
    documents.map(async (document) => [document.slug, await renderPage(document, documents)] as const),
  ),
);

it.each([...pages])("every link of the page %s leads to a page, and to a heading of it", (slug, html) => {
  const targets = [...html.matchAll(/href="((?:\/docs\/|#)[^"]*)"/g)].map(([, href = ""]) => href);
  const dead = targets.filter((href) => {
    const [path = "", anchor] = href.split("#");
    const page = pages.get(path ? path.replace("/docs/", "") : slug);
    return page === undefined || (anchor !== undefined && !page.includes(`id="${anchor}"`));
  });
  expect(dead).toEqual([]);
});

it("the pages are the whole docs folder, decisions included, and show no diagram's source", () => {
  expect([...pages.keys()]).toEqual(expect.arrayContaining(["trust-model", "0003-merge"]));
  expect(new Set(pages.keys()).size).toBe(documents.length);
  for (const html of pages.values()) expect(html).not.toContain("stateDiagram");
});

it("drawings come with their page", () => {
  expect(pages.get("federation")).toMatch(/<img src="data:image\/svg\+xml,[^"]+" alt="Share of [^"]+">/);
});
