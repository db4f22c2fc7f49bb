import {
  bondWeiOf,
  type DivisionInput,
  divideJob,
  escrowVersions,
  maxBondBps,
  termsFor,
} from "@trainchain/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import written from "../../protocol/src/rewards.vectors.json" with { type: "json" };
import { acceptJob } from "./accept-job.ts";
import { cancelJob } from "./cancel-job.ts";
import { completeJob } from "./complete-job.ts";
import { createJob } from "./create-job.ts";
import { decodeEvents, findCreatedJobId } from "./decode-event.ts";
import { deployEscrow } from "./deploy-escrow.ts";
import { expireJob } from "./expire-job.ts";
import { settleJob } from "./settle-job.ts";
import { submitAdapter } from "./submit-adapter.ts";
import { cid, startTestWorld, type TestWorld } from "./testing/test-world.ts";

const vectors = written.map(({ rewardWei, bondWei, end, feeBps, ...counts }) => ({
  ...{
    ...counts,
    feeBps,
    end: end as DivisionInput["end"],
    rewardWei: BigInt(rewardWei),
    bondWei: BigInt(bondWei),
  },
}));

describe.each(escrowVersions)(
  "the escrow's version %s divides money as protocol's divideJob does",
  (version) => {
    const burnsBonds = version === "2";
    let world: TestWorld;
    beforeAll(async () => {
      // Its terms say a bond in wei; each version takes them below in its own form.
      world = await startTestWorld({ version: "1" });
    });
    afterAll(() => world?.stop());

    it.each(vectors)("$end, $deliveries of $maxContributors, $rewardWei wei", async (vector) => {
      const { signer, wallet, mined, reader } = world;
      const { rewardWei, feeBps, minContributors, maxContributors } = vector;
      await reader.setBalance({ address: wallet(0), value: rewardWei + 10n ** 20n });
      const { address: escrow } = await deployEscrow(signer(9), {
        ...{ version, feeBps, feeReceiver: world.feeReceiver },
      });
      const mostWei = burnsBonds ? bondWeiOf(maxBondBps, vector) : vector.bondWei;
      const asked = { minContributors, maxContributors, bondWei: least(vector.bondWei, mostWei) };
      const terms = termsFor(version, await world.terms(rewardWei, asked), { stakeWei: rewardWei, feeBps });
      const { bondWei } = terms;
      const divided = divideJob({ ...vector, bondWei, burnsBonds });
      const created = await mined(createJob(signer(0), { escrow, terms, stakeWei: rewardWei }));
      const jobId = findCreatedJobId(created)!;

      const contributors = Array.from(
        { length: vector.deliveries + vector.forfeits },
        (_, index) => index + 1,
      );
      for (const contributor of contributors) {
        await mined(acceptJob(signer(contributor), { escrow, jobId, delegate: wallet(7), bondWei }));
      }
      for (const contributor of contributors.slice(0, vector.deliveries)) {
        const submission = { escrow, jobId, contributor: wallet(contributor), adapterCid: cid("a") };
        await mined(submitAdapter(signer(contributor), submission));
      }
      if (vector.end !== "cancelled") await world.travel(3 * 86_400);

      const listed = { escrow, jobId, contributors: contributors.map(wallet) };
      const before = await world.balance(wallet(1));
      const ends = {
        completed: () => completeJob(signer(8), { ...listed, resultCid: cid("r") }),
        settled: () => settleJob(signer(7), listed),
        expired: () => expireJob(signer(7), listed),
        cancelled: () => cancelJob(signer(0), { escrow, jobId }),
      };
      const { logs } = await mined(ends[vector.end as keyof typeof ends]());

      const events = decodeEvents(logs);
      const { refundWei, feeWei, contributorWei } = divided;
      expect(events.at(-1)).toMatchObject({ name: "JobClosed", status: vector.end, refundWei, feeWei });
      const paid = events.filter((event) => event.name === "JobCompleted");
      expect(paid.map((event) => event.amountWei)).toEqual(Array(vector.deliveries).fill(contributorWei));
      // The second version keeps the bond until the verdict, and pays it back with the share.
      const backWei = contributorWei + (burnsBonds ? bondWei : 0n);
      expect((await world.balance(wallet(1))) - before).toBe(vector.deliveries > 0 ? backWei : 0n);
      expect(await world.balance(escrow)).toBe(0n);
    });
  },
);

const least = (a: bigint, b: bigint) => (a < b ? a : b);
