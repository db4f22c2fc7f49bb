import type { Page } from "@trainchain/protocol";

/** Everything that a paged list of the API has, page after page in its own order. */
export async function listAll<Item>(
  getPage: (query: { limit: number; cursor: string | undefined }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const all: Item[] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await getPage({ limit: 100, cursor });
    all.push(...items);
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}
