import {
  type Acceptance,
  type AcceptJobArgs,
  acceptJob,
  type ChainJob,
  type ChainSlot,
  confirmTransaction,
  findEscrowVersion,
  getGasPriceWei,
  getJob,
  getSlot,
  getWithdrawableWei,
  isTooPoorToAccept,
  localChain,
  nodeName,
  nodeTransport,
  type SigningClient,
  type SigningDomain,
  signAcceptance,
  submitAdapter,
  withdraw,
} from "@trainchain/chain";
import { type Address, TrainChainError } from "@trainchain/protocol";
import {
  type Chain,
  createPublicClient,
  createWalletClient,
  type Hash,
  type Hex,
  type LocalAccount,
} from "viem";

/** What the agent reads from the escrow, and what it sends in its wallet's name. */
export interface EscrowAccess {
  chainId: number;
  escrow: Address;
  /** Where a submission that is signed here counts. */
  getDomain(): Promise<SigningDomain>;
  getJob(jobId: string): Promise<ChainJob>;
  /** The wallet's own slot; status `none` before it has one. */
  getSlot(jobId: string): Promise<ChainSlot>;
  /** Resolves once the transaction is mined; throws the contract's refusal in words if it reverted. */
  confirm(transaction: Hash): Promise<void>;
  getBalanceWei(): Promise<bigint>;
  getWithdrawableWei(): Promise<bigint>;
  getGasPriceWei(): Promise<bigint>;
  /** Whether the wallet holds too little to take a slot by itself. */
  isTooPoorToAccept(): Promise<boolean>;
  /** Seconds since 1970 by the latest block, which is the clock that deadlines go by. */
  getSeconds(): Promise<number>;
  /** Absent where the wallet's key is in a browser: there a person signs. */
  moves: WalletMoves | undefined;
}

/** What only the wallet itself can send. */
interface WalletMoves {
  acceptJob(slot: Omit<AcceptJobArgs, "escrow">): Promise<Hash>;
  /** Signs for a slot that the platform is to take; sends nothing. */
  signAcceptance(slot: Omit<Acceptance, "contributor">): Promise<Hex>;
  /** Submits from the wallet, which pays the gas; whoever is the slot's delegate, its wallet needs no signature. */
  submitAdapter(jobId: string, adapterCid: string): Promise<Hash>;
  withdraw(): Promise<Hash>;
}

export interface EscrowOptions {
  rpcUrl: string;
  chainId: number;
  chainName: string;
  escrow: Address;
  contributor: Address;
  /** The wallet's key, where the agent has it. */
  account: LocalAccount | undefined;
}

/** @throws TrainChainError `wrong-network` where the node is of another chain than the platform. */
export async function openEscrow({
  rpcUrl,
  chainId,
  chainName,
  escrow,
  contributor,
  account,
}: EscrowOptions): Promise<EscrowAccess> {
  const chain = { ...localChain, id: chainId, name: chainName, rpcUrls: { default: { http: [rpcUrl] } } };
  const client = createPublicClient({ chain, transport: nodeTransport(rpcUrl) });
  const actual = await client.getChainId().catch((cause: unknown) => {
    throw new TrainChainError(
      "chain-unavailable",
      `the chain's node at ${nodeName(rpcUrl)} does not answer`,
      {
        fix: "Check the address in RPC_URL and the network.",
        cause,
      },
    );
  });
  if (actual !== chainId)
    throw new TrainChainError(
      "wrong-network",
      `${nodeName(rpcUrl)} is a node of chain ${actual}, not of ${chainId}`,
      {
        fix: `Set RPC_URL to a node of ${chainName}.`,
      },
    );

  return {
    chainId,
    escrow,
    getDomain: async () => ({ chainId, escrow, version: await findEscrowVersion(client, escrow) }),
    getJob: (jobId) => getJob(client, { escrow, jobId: BigInt(jobId) }),
    getSlot: (jobId) => getSlot(client, { escrow, jobId: BigInt(jobId), contributor }),
    async confirm(hash) {
      await confirmTransaction(client, hash, { pollingInterval: 500 });
    },
    getBalanceWei: () => client.getBalance({ address: contributor }),
    getWithdrawableWei: () => getWithdrawableWei(client, { escrow, wallet: contributor }),
    getGasPriceWei: () => getGasPriceWei(client, chainId),
    isTooPoorToAccept: () => isTooPoorToAccept(client, { chainId, wallet: contributor }),
    getSeconds: async () => Number((await client.getBlock()).timestamp),
    moves: account && walletMoves({ account, chain, rpcUrl, escrow }),
  };
}

function walletMoves(options: {
  account: LocalAccount;
  chain: Chain;
  rpcUrl: string;
  escrow: Address;
}): WalletMoves {
  const { account, chain, rpcUrl, escrow } = options;
  const contributor = account.address.toLowerCase() as Address;
  const signer: SigningClient = createWalletClient({ account, chain, transport: nodeTransport(rpcUrl) });
  return {
    acceptJob: (slot) => acceptJob(signer, { escrow, ...slot }),
    signAcceptance: (slot) => signAcceptance(signer, { escrow, contributor, ...slot }),
    submitAdapter: (jobId, adapterCid) =>
      submitAdapter(signer, { escrow, jobId: BigInt(jobId), contributor, adapterCid }),
    withdraw: () => withdraw(signer, { escrow }),
  };
}
