import {
  type Address,
  defaultEscrowVersion,
  type EscrowVersion,
  type JobTerms,
  termsFor,
} from "@trainchain/protocol";
import {
  type Account,
  type Chain,
  type Client,
  createClient,
  createTestClient,
  type Hash,
  http,
  publicActions,
  type TransactionReceipt,
  type Transport,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { localChain } from "../chains.ts";
import { deployEscrow } from "../deploy-escrow.ts";
import { startAnvil } from "./start-anvil.ts";

const mnemonic = "test test test test test test test test test test test junk";
export const cid = (character: string) => `bafkrei${character.repeat(52)}`;
const lower = (address: string) => address.toLowerCase() as Address;
export const zeroAddress: Address = "0x0000000000000000000000000000000000000000";

/** A real chain with the escrow deployed, ten funded wallets and a clock that can be moved. */
export async function startTestWorld({
  feeBps = 0,
  version = defaultEscrowVersion,
}: {
  feeBps?: number;
  version?: EscrowVersion;
} = {}) {
  const anvil = await startAnvil();
  const transport = http(anvil.rpcUrl, { retryCount: 0 });
  const chain = localChain;
  const reader = createTestClient({ mode: "anvil", chain, transport, pollingInterval: 10 }).extend(
    publicActions,
  );
  const signers = Array.from({ length: 10 }, (_, addressIndex) =>
    createClient({
      account: mnemonicToAccount(mnemonic, { addressIndex }),
      chain,
      transport,
      pollingInterval: 10,
    }),
  ) as Client<Transport, Chain, Account>[];
  const feeReceiver = lower(signers[9]!.account.address);
  const { address: escrow } = await deployEscrow(signers[9]!, { feeBps, feeReceiver, version });

  return {
    ...anvil,
    reader,
    escrow,
    version,
    feeReceiver,
    signer: (index: number) => signers[index]!,
    wallet: (index: number) => lower(signers[index]!.account.address),
    balance: (address: Address) => reader.getBalance({ address }),
    now: async () => Number((await reader.getBlock()).timestamp),

    /** Waits for a transaction and throws unless it succeeded. */
    async mined(hash: Promise<Hash>): Promise<TransactionReceipt> {
      const receipt = await reader.waitForTransactionReceipt({ hash: await hash });
      if (receipt.status !== "success") throw new Error(`transaction ${receipt.transactionHash} reverted`);
      return receipt;
    },

    async travel(seconds: number): Promise<void> {
      await reader.increaseTime({ seconds });
      await reader.mine({ blocks: 1 });
    },

    /** Terms that the contract takes with a stake: two of three contributors, an hour to accept, a day to train and to review. */
    async terms(stakeWei: bigint, changes: Partial<JobTerms> = {}): Promise<JobTerms> {
      const acceptBy = Number((await reader.getBlock()).timestamp) + 3_600;
      const terms = {
        kind: 0,
        minContributors: 2,
        maxContributors: 3,
        acceptBy,
        trainingPeriod: 86_400,
        reviewPeriod: 86_400,
        bondWei: 0n,
        aggregator: lower(signers[8]!.account.address),
        specCid: cid("s"),
        ...changes,
      };
      return termsFor(version, terms, { stakeWei, feeBps });
    },
  };
}

export type TestWorld = Awaited<ReturnType<typeof startTestWorld>>;
