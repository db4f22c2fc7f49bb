import { expect, it } from "vitest";
import { slotOf } from "./slot-of.ts";

const found = {
  job: { jobId: 7n },
  slots: [
    { contributor: "0xa", slot: 0 },
    { contributor: "0xb", slot: 1 },
  ],
};

it("finds a wallet's slot, and takes nobody else's for it", () => {
  expect([slotOf(found, "0xa"), slotOf(found, "0xb")]).toEqual([0, 1]);
  expect(() => slotOf(found, "0xc")).toThrow("job 7 has no slot of 0xc");
});
