import { expect, it } from "vitest";
import { type JobTerms, termsFor } from "./job-terms.ts";

const terms: JobTerms = {
  kind: 0,
  minContributors: 1,
  maxContributors: 3,
  acceptBy: 1_900_000_000,
  trainingPeriod: 3_600,
  reviewPeriod: 3_600,
  bondWei: 1_001n,
  aggregator: "0x00000000000000000000000000000000000000aa",
  specCid: `bafkrei${"s".repeat(52)}`,
};
const stake = { stakeWei: 1_000_000n, feeBps: 500 };

it("terms of the first version stay as they are", () => {
  expect(termsFor("1", terms, stake)).toBe(terms);
});

it("those of the second say the bond as a part of a share, and what it comes to", () => {
  // A share is 316,666 wei; 31 hundredths of a per cent of it would be 981.
  expect(termsFor("2", terms, stake)).toEqual({
    ...terms,
    bondBps: 32,
    bondWei: 1_013n,
    referee: "0x0000000000000000000000000000000000000000",
    permitOnly: false,
  });
  expect(termsFor("2", { ...terms, bondWei: 0n }, stake)).toMatchObject({ bondBps: 0, bondWei: 0n });
});

it("a bond of more than a tenth of a share is a tenth there", () => {
  expect(termsFor("2", { ...terms, bondWei: 31_667n }, stake)).toMatchObject({
    bondBps: 1_000,
    bondWei: 31_666n,
  });
});
