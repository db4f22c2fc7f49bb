/** The versions of the escrow as the gas benchmark calls them: where they differ is here, once. */
import {
  aiModelTrainingV2Abi,
  aiModelTrainingV2Bytecode,
  createJob,
  deployEscrow,
  type SigningClient,
  type Submission,
  sendCall,
  submissionTypedData,
} from "@trainchain/chain";
import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash, type Hex, zeroAddress } from "viem";
import { deployContract, waitForTransactionReceipt } from "viem/actions";

/** What a job of the benchmark asks for, in either version. */
export interface BenchTerms {
  acceptBy: number;
  aggregator: Address;
  /** Who hears appeals; only the second version has one. */
  referee: Address;
  specCid: string;
  stakeWei: bigint;
}

export interface BenchEscrow {
  /** What EIP-712 signatures name. */
  version: string;
  /** Deposited by each contributor, of a share in wei. */
  bondOf(shareWei: bigint): bigint;
  /** Whether a slot needs the requester's signature. */
  permits: boolean;
  deploy(client: SigningClient): Promise<Address>;
  open(client: SigningClient, escrow: Address, terms: BenchTerms): Promise<Hash>;
}

const common = {
  kind: 0,
  minContributors: 3,
  maxContributors: 3,
  trainingPeriod: 86_400,
  reviewPeriod: 86_400,
};
const addressOf = (client: SigningClient) => client.account.address.toLowerCase() as Address;

const first: BenchEscrow = {
  version: "1",
  bondOf: () => 0n,
  permits: false,
  deploy: async (client) => {
    const { address } = await deployEscrow(client, { feeBps: 0, feeReceiver: addressOf(client) });
    return address;
  },
  open: (client, escrow, { acceptBy, aggregator, specCid, stakeWei }) =>
    createJob(client, { escrow, stakeWei, terms: { ...common, acceptBy, aggregator, specCid, bondWei: 0n } }),
};

const secondWith = ({ guarded }: { guarded: boolean }): BenchEscrow => ({
  version: "2",
  bondOf: (shareWei) => (guarded ? shareWei / 10n : 0n),
  permits: guarded,
  deploy: async (client) => {
    const { account, chain } = client;
    const code = { abi: aiModelTrainingV2Abi, bytecode: aiModelTrainingV2Bytecode };
    const hash = await deployContract(client, { ...code, args: [0, addressOf(client)], account, chain });
    const { contractAddress } = await waitForTransactionReceipt(client, { hash });
    if (!contractAddress) throw new Error(`the deployment ${hash} made no contract`);
    return contractAddress.toLowerCase() as Address;
  },
  open: (client, escrow, { referee, stakeWei, ...terms }) => {
    const guards = guarded
      ? { permitOnly: true, bondBps: 1_000, referee }
      : { permitOnly: false, bondBps: 0, referee: zeroAddress };
    const args = [{ ...common, ...terms, ...guards }] as const;
    const data = encodeFunctionData({ abi: aiModelTrainingV2Abi, functionName: "createJob", args });
    return sendCall(client, { to: escrow, data, value: stakeWei });
  },
});

/** The first version, the second with terms that the first knows, and the second with all it can ask for. */
export const benchEscrows = {
  first,
  second: secondWith({ guarded: false }),
  guarded: secondWith({ guarded: true }),
} as const;

/** Typed data of a submission in the domain of a version. */
export function submissionOf(
  { version }: BenchEscrow,
  domain: { chainId: number; escrow: Address },
  submission: Submission,
) {
  const typed = submissionTypedData(domain, submission);
  return { ...typed, domain: { ...typed.domain, version } };
}

/** Typed data of a requester's permit: who may take a slot of its job. */
export function slotPermit(
  { chainId, escrow }: { chainId: number; escrow: Address },
  message: { jobId: bigint; contributor: Address },
) {
  return {
    domain: { name: "TrainChain", version: "2", chainId, verifyingContract: escrow },
    types: {
      SlotPermit: [
        { name: "jobId", type: "uint256" },
        { name: "contributor", type: "address" },
      ],
    },
    primaryType: "SlotPermit",
    message,
  } as const;
}

/** Takes a slot with a permit. */
export function acceptWithPermit(
  client: SigningClient,
  { escrow, jobId, delegate, permit, bondWei }: AcceptWithPermit,
): Promise<Hash> {
  const args = [jobId, delegate, permit] as const;
  const data = encodeFunctionData({ abi: aiModelTrainingV2Abi, functionName: "acceptJobWithPermit", args });
  return sendCall(client, { to: escrow, data, value: bondWei });
}

interface AcceptWithPermit {
  escrow: Address;
  jobId: bigint;
  delegate: Address;
  permit: Hex;
  bondWei: bigint;
}
