import {
  acceptJob,
  encodeCompleteJob,
  encodeRejectAdapter,
  settleJob,
  submitAdapter,
} from "@trainchain/chain";
import { requestTransaction } from "@trainchain/db/work";
import type { Address } from "@trainchain/protocol";
import { fakeCid, roles } from "@trainchain/testing";
import { zeroAddress } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "vitest";
import { type SenderWorld, startSenderWorld } from "../test-world/start-sender-world.ts";

/** Takes coins for little where gas has no price, as while a node estimates, and burns what it is given where it has. */
const takesDearly = "0x3a15600657fe5b00";

const wallets = [0, 1, 2].map((nth) => roles.firstContributor + nth);

describe.each(["1", "2"] as const)("on the escrow's version %s", (version) => {
  let world: SenderWorld;
  beforeAll(async () => {
    world = await startSenderWorld({ version });
  });
  afterAll(() => world?.stop());
  beforeEach(() => world.renew());
  afterEach(() => Promise.all(wallets.map((nth) => place(nth, "0x"))));

  /** Delivers from so many wallets, each of which is such code from then on. */
  async function deliver(jobId: bigint, many: number, bondWei: bigint): Promise<Address[]> {
    const { chain } = world;
    const theirs = wallets.slice(0, many);
    for (const nth of theirs) {
      const slot = { escrow: chain.escrow, jobId, contributor: chain.wallet(nth), bondWei };
      await chain.mined(acceptJob(chain.signer(nth), { ...slot, delegate: zeroAddress }));
      await chain.mined(submitAdapter(chain.signer(nth), { ...slot, adapterCid: fakeCid("a") }));
    }
    for (const nth of theirs) await place(nth, takesDearly);
    return theirs.map((nth) => chain.wallet(nth));
  }

  async function place(nth: number, bytecode: `0x${string}`): Promise<void> {
    await world.chain.client.setCode({ address: world.chain.wallet(nth), bytecode });
  }

  it("a refusal is mined whatever its contributor's wallet does with its bond", async () => {
    const { escrow, openJob } = world.chain;
    const jobId = await openJob({ maxContributors: 1, bondWei: 50n });
    const [contributor = zeroAddress as Address] = await deliver(jobId, 1, 50n);
    const provable = version === "2" ? false : undefined;
    const { to, data } = encodeRejectAdapter({
      escrow,
      jobId,
      contributor,
      reasonCid: fakeCid("r"),
      provable,
    });
    const purpose = `rejectAdapter/${escrow}/${jobId}/${contributor}`;
    await requestTransaction(world.connection.db, { purpose, to, data });
    await world.untilStatus(world.sender().step, "confirmed");
  });

  it("a job is completed whatever its contributors' wallets do with their pay", async () => {
    const { escrow, openJob } = world.chain;
    const jobId = await openJob({ maxContributors: 3 }, 3_000n);
    const contributors = await deliver(jobId, 3, 0n);
    const { to, data } = encodeCompleteJob({ escrow, jobId, contributors, resultCid: fakeCid("b") });
    await requestTransaction(world.connection.db, { purpose: `completeJob/${escrow}/${jobId}`, to, data });
    await world.untilStatus(world.sender().step, "confirmed");
  });

  it("so does anybody's own settling of it", async () => {
    const { chain } = world;
    const { escrow, openJob } = chain;
    const jobId = await openJob({ maxContributors: 3 }, 3_000n);
    const contributors = await deliver(jobId, 3, 0n);
    await chain.client.increaseTime({ seconds: 40 * 86_400 });
    await chain.client.mine({ blocks: 1 });
    await chain.mined(settleJob(chain.signer(roles.stranger), { escrow, jobId, contributors }));
  });
});
