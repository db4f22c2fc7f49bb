import type { JobView } from "@trainchain/protocol";
import { parseEther } from "viem";
import { expect, it } from "vitest";
import { priceOf } from "./price-of.ts";

const paid = (share: string, id: string) =>
  ({ shareWei: parseEther(share).toString(), spec: { model: { id } } }) as unknown as JobView;

it("tells what jobs of the same model paid, without the odd ones, else of the same kind, else nothing", () => {
  const own = ["9", "0.5", "0.4", "0.6", "0.7", "0.0001", "0.5", "0.5", "0.5", "0.5", "0.5"].map((share) =>
    paid(share, "a"),
  );
  expect(priceOf([...own, paid("40", "b")], "a")).toBe(
    "The last 11 jobs of this model paid each contributor 0.4 to 0.7 POL.",
  );
  const mixed = [paid("1", "a"), paid("1", "b"), paid("1", "c")];
  expect(priceOf(mixed, "a")).toBe("The last 3 jobs of this kind paid each contributor 1 POL.");
  expect(priceOf(mixed.slice(1), "a")).toBeUndefined();
});
