import { expect, it } from "vitest";
import { listAll } from "./list-all.ts";

it("a list is read to its last page, each from where the one before it ended", async () => {
  const events = Array.from({ length: 230 }, (_, index) => index);
  const all = await listAll(async ({ limit, cursor = "0" }) => {
    const end = Number(cursor) + limit;
    return { items: events.slice(Number(cursor), end), nextCursor: end < events.length ? String(end) : null };
  });
  expect(all).toEqual(events);
});
