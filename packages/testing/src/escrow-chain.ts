import { createJob, deployEscrow, findCreatedJobId, localChain } from "@trainchain/chain";
import { startAnvil } from "@trainchain/chain/testing";
import { type Address, type EscrowVersion, type JobTerms, termsFor } from "@trainchain/protocol";
import { createClient, createTestClient, type Hash, http, publicActions } from "viem";
import { escrowVersionToDeploy } from "./env.ts";
import { roles, testWallet } from "./wallets.ts";

/** A CID that names nothing: for tests in which nobody reads the content. */
export const fakeCid = (letter: string) => `bafkrei${letter.repeat(52)}`;

/** A real local chain with the escrow deployed, funded wallets and a clock that can be moved. */
export async function startEscrowChain({
  version = escrowVersionToDeploy(),
  startsAt,
}: {
  version?: EscrowVersion;
  /** What its clock shows at the start, in seconds since 1970; this machine's time where not said. */
  startsAt?: number;
} = {}) {
  const anvil = await startAnvil({ startsAt });
  const transport = http(anvil.rpcUrl, { retryCount: 0 });
  const client = createTestClient({
    mode: "anvil",
    chain: localChain,
    transport,
    pollingInterval: 10,
  }).extend(publicActions);
  const wallet = (index: number) => testWallet(index).address.toLowerCase() as Address;
  const signer = (index: number) =>
    createClient({ account: testWallet(index), chain: localChain, transport, pollingInterval: 10 });
  const feeReceiver = wallet(roles.deployer);
  const { address: escrow, blockNumber } = await deployEscrow(signer(roles.deployer), {
    feeBps: 0,
    feeReceiver,
    version,
  });

  /** Waits for a transaction and throws unless it succeeded. */
  async function mined(hash: Hash | Promise<Hash>) {
    const receipt = await client.waitForTransactionReceipt({ hash: await hash });
    if (receipt.status !== "success") throw new Error(`transaction ${receipt.transactionHash} reverted`);
    return receipt;
  }

  return {
    /** What the processes of a platform beside this chain are told of it. */
    settings: {
      RPC_URL: anvil.rpcUrl,
      CHAIN_ID: "80002",
      ESCROW_ADDRESS: escrow,
      START_BLOCK: blockNumber.toString(),
      AGGREGATOR_ADDRESS: wallet(roles.aggregator),
    },
    rpcUrl: anvil.rpcUrl,
    stop: anvil.stop,
    client,
    escrow,
    version,
    startBlock: blockNumber,
    wallet,
    signer,
    mined,

    /** Mines a block `seconds` later than the last one. */
    async travel(seconds: number): Promise<void> {
      await client.increaseTime({ seconds });
      await client.mine({ blocks: 1 });
    },

    /** A job of the requester's or of another test wallet: one of two contributors, an hour to accept, train and review; returns its number. */
    async openJob(
      changes: Partial<JobTerms> = {},
      stakeWei = 1_000n,
      requester: number = roles.requester,
    ): Promise<bigint> {
      const { timestamp } = await client.getBlock();
      const asked: JobTerms = {
        kind: 0,
        minContributors: 1,
        maxContributors: 2,
        acceptBy: Number(timestamp) + 3_600,
        trainingPeriod: 3_600,
        reviewPeriod: 3_600,
        bondWei: 0n,
        aggregator: wallet(roles.aggregator),
        specCid: fakeCid("s"),
        ...changes,
      };
      const terms = termsFor(version, asked, { stakeWei, feeBps: 0 });
      const hash = createJob(signer(requester), { escrow, terms, stakeWei });
      const jobId = findCreatedJobId(await mined(hash));
      if (jobId === undefined) throw new Error("createJob emitted no JobCreated");
      return jobId;
    },
  };
}

export type EscrowChain = Awaited<ReturnType<typeof startEscrowChain>>;
