import type { Page } from "playwright-core";

/** Links that differ only here lead to the same page with other figures. */
const kindOf = (path: string) => path.replace(/(?<=^\/(?:contributors|job)\/)[^/]+$/, "…");

interface Stop {
  title: string;
  /** Pages of this site that the page links to, with their fragments. */
  links: string[];
  /** What a fragment may name. */
  ids: string[];
}

/**
 * Follows every link within the site from these pages on, and resolves with what it visited and with a sentence for each
 * link that leads nowhere. Of pages that differ only in their figures it opens one.
 */
export async function crawlLinks(page: Page, origin: string, starts: readonly string[]) {
  const stops = new Map<string, Stop>();
  const dead: string[] = [];
  const waiting = starts.map((path) => ({ path, from: "the start" }));
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { path, from } = next;
    const kind = kindOf(path);
    if (stops.has(kind)) continue;
    const stop = await openStop(page, origin + path);
    stops.set(kind, stop);
    if (/^There is no such/.test(stop.title)) dead.push(`${path}, linked from ${from}: ${stop.title}`);
    for (const link of stop.links) waiting.push({ path: link.split("#")[0] as string, from: path });
  }
  const anchors = [...stops].flatMap(([from, { links }]) =>
    links.flatMap((link) => {
      const [path = "", id] = link.split("#");
      return id
        ? [{ from, link, isThere: stops.get(kindOf(path))?.ids.includes(decodeURIComponent(id)) }]
        : [];
    }),
  );
  for (const { from, link, isThere } of anchors)
    if (!isThere) dead.push(`${link}, linked from ${from}: no such part of the page`);
  return { pages: [...stops.keys()], anchors: anchors.map(({ link }) => link), dead };
}

/** A page once nothing on it is on its way any more. */
async function openStop(page: Page, url: string): Promise<Stop> {
  await page.goto(url);
  await page.waitForFunction(
    () => document.querySelector("h1") && !document.querySelector("main [class*=shimmer]"),
  );
  return page.evaluate(() => ({
    title: document.querySelector("h1")?.textContent ?? "",
    links: [...document.querySelectorAll<HTMLAnchorElement>("a[href]:not([target], [download])")]
      .filter((link) => link.origin === location.origin)
      .map(({ pathname, search, hash }) => pathname + search + hash),
    ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
  }));
}
