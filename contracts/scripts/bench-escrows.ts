/** The versions of the escrow as the gas benchmark calls them: where they differ is here, once. */
import {
  createJob,
  deployEscrow,
  type SigningClient,
  type Submission,
  submissionTypedData,
} from "@trainchain/chain";
import { type Address, type EscrowVersion, maxBondBps, termsFor } from "@trainchain/protocol";
import type { Hash } from "viem";

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
  version: EscrowVersion;
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

/** An escrow of a version, with all that the second can ask for or with what the first knows. */
function escrowOf(version: EscrowVersion, { guarded }: { guarded: boolean }): BenchEscrow {
  return {
    version,
    bondOf: (shareWei) => (guarded ? shareWei / 10n : 0n),
    permits: guarded,
    deploy: async (client) => {
      const { address } = await deployEscrow(client, { version, feeBps: 0, feeReceiver: addressOf(client) });
      return address;
    },
    open: (client, escrow, { referee, stakeWei, ...terms }) => {
      const asked = termsFor(version, { ...common, ...terms, bondWei: 0n }, { stakeWei, feeBps: 0 });
      const guards = guarded ? { permitOnly: true, bondBps: maxBondBps, referee } : {};
      return createJob(client, { escrow, stakeWei, terms: { ...asked, ...guards } });
    },
  };
}

/** The first version, the second with terms that the first knows, and the second with all it can ask for. */
export const benchEscrows = {
  first: escrowOf("1", { guarded: false }),
  second: escrowOf("2", { guarded: false }),
  guarded: escrowOf("2", { guarded: true }),
} as const;

/** Typed data of a submission in the domain of a version. */
export function submissionOf(
  { version }: BenchEscrow,
  domain: { chainId: number; escrow: Address },
  submission: Submission,
) {
  return submissionTypedData({ ...domain, version }, submission);
}
