import type { z } from "zod";
import { RefusedRequest } from "./errors.ts";
import type { listSchema } from "./requests.ts";

/** A page of a list, from the one `after` another on; each is shown by `view`. */
export function pageOf<Item extends { id: string }, View extends { id: string }>(
  items: readonly Item[],
  { after, limit }: z.infer<typeof listSchema>,
  view: (item: Item) => View,
) {
  const at = after === undefined ? -1 : items.findIndex(({ id }) => id === after);
  if (after !== undefined && at < 0)
    throw new RefusedRequest(`No such object: ${after}`, { param: "after", code: "invalid_value" });
  const data = items.slice(at + 1, at + 1 + limit).map(view);
  return {
    object: "list" as const,
    data,
    has_more: at + 1 + limit < items.length,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}
