import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bondBpsOf, bondWeiOf, type DivisionInput, divideJob, maxBondBps, quoteJob } from "./rewards.ts";
import vectors from "./rewards.vectors.json" with { type: "json" };

const anyDivision = fc
  .record({
    rewardWei: fc.bigInt(40n, 2n ** 88n - 1n),
    feeBps: fc.integer({ min: 0, max: 1_000 }),
    maxContributors: fc.integer({ min: 1, max: 32 }),
    bondWei: fc.bigInt(0n, 2n ** 96n - 1n),
    forfeits: fc.integer({ min: 0, max: 100 }),
    end: fc.constantFrom("completed" as const, "settled" as const, "expired" as const),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ part, ...input }): DivisionInput => {
    const deliveries = Math.floor(part * input.maxContributors);
    return { ...input, deliveries, minContributors: 1 };
  });

describe("a job's money", () => {
  it.each(vectors)(
    "is divided as written down: $end, $deliveries of $maxContributors, $rewardWei wei",
    (vector) => {
      const input = {
        ...vector,
        rewardWei: BigInt(vector.rewardWei),
        bondWei: BigInt(vector.bondWei),
      } as DivisionInput;
      expect(divideJob(input)).toEqual({
        contributorWei: BigInt(vector.contributorWei),
        refundWei: BigInt(vector.refundWei),
        feeWei: BigInt(vector.feeWei),
      });
    },
  );

  it("adds up to the stake and the forfeited bonds, whatever happens", () => {
    fc.assert(
      fc.property(anyDivision, (input) => {
        const { contributorWei, refundWei, feeWei } = divideJob(input);
        const paid = contributorWei * BigInt(input.deliveries);
        expect(paid + refundWei + feeWei).toBe(input.rewardWei + input.bondWei * BigInt(input.forfeits));
        expect(refundWei >= 0n && feeWei >= 0n).toBe(true);
      }),
    );
  });

  it("adds up to the stake alone where forfeited bonds are burned", () => {
    fc.assert(
      fc.property(anyDivision, (division) => {
        const input = { ...division, burnsBonds: true };
        const { contributorWei, refundWei, feeWei } = divideJob(input);
        const { shareWei, contributor } = quoteJob(input);
        expect(contributorWei * BigInt(input.deliveries) + refundWei + feeWei).toBe(input.rewardWei);
        expect([contributorWei, contributor.bestWei]).toEqual([shareWei, shareWei]);
      }),
    );
  });

  it("says a bond in hundredths of a per cent of a share that come to no less, and to the least such", () => {
    const anyBond = fc.tuple(anyDivision, fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(anyBond, ([stake, part]) => {
        const mostWei = bondWeiOf(maxBondBps, stake);
        const bondWei = (mostWei * BigInt(Math.round(part * 1_000))) / 1_000n;
        const bps = bondBpsOf(bondWei, stake);
        expect(bps).toBeLessThanOrEqual(maxBondBps);
        expect(bondWeiOf(bps, stake)).toBeGreaterThanOrEqual(bondWei);
        if (bps > 0) expect(bondWeiOf(bps - 1, stake)).toBeLessThan(bondWei);
        expect(bondBpsOf(mostWei + 1n, stake)).toBe(maxBondBps);
      }),
    );
  });

  it("quotes what the division then pays", () => {
    fc.assert(
      fc.property(anyDivision, (input) => {
        const quote = quoteJob(input);
        const all = { ...input, deliveries: input.maxContributors, forfeits: 0, end: "completed" as const };
        expect(divideJob(all)).toEqual({
          contributorWei: quote.shareWei,
          refundWei: quote.remainderWei,
          feeWei: quote.feeWei,
        });
        expect(quote.requester.mostSpentWei).toBe(input.rewardWei - quote.remainderWei);
      }),
    );
  });

  it("estimates gas, and its cost where a price is given", () => {
    const job = { rewardWei: 10n ** 18n, feeBps: 0, minContributors: 3, maxContributors: 3, bondWei: 0n };
    expect(quoteJob(job).gas.requesterWei).toBeUndefined();
    expect(quoteJob({ ...job, gasPriceWei: 2n }).gas.requesterWei).toBe(quoteJob(job).gas.requester * 2n);
  });
});
