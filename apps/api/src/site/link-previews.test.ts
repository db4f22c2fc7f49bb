import { expect, it } from "vitest";
import type { Deps } from "../deps.ts";
import { createLinkPreviews } from "./link-previews.ts";

it("has few lookups under way at once, and a page waits a second at most for a database that does not answer", async () => {
  let asked = 0;
  // Whatever is asked of it, it takes and never answers.
  const silent: unknown = new Proxy(() => undefined, {
    get: (_, name) => (name === "then" ? () => undefined : silent),
    apply: () => silent,
  });
  const db = new Proxy(
    {},
    {
      get(_, name) {
        if (name === "select") asked++;
        return silent;
      },
    },
  );
  const previewOf = createLinkPreviews({
    connection: { db },
    platform: { escrow: "0x1" },
  } as unknown as Deps);
  const previews = Array.from({ length: 50 }, (_, job) => previewOf(`/job/${job + 1}`));
  expect(await previewOf("/home")).toBe("");
  const before = asked;
  expect(before).toBeGreaterThan(0);
  expect(await Promise.all(previews)).toEqual(previews.map(() => ""));
  await previewOf("/job/99");
  expect(asked).toBe(before);
  // A lookup asks for a job, its slots and the chain's time.
  expect(asked).toBeLessThanOrEqual(4 * 3);
});
