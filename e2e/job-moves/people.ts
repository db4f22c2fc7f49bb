import { type ApiClient, createApiClient, type Signer } from "@trainchain/api-client";
import { type EscrowCall, localChain, type SigningClient, sendCall } from "@trainchain/chain";
import type { Address } from "@trainchain/protocol";
import { testWallet } from "@trainchain/testing";
import type { LocalWorld } from "@trainchain/testing/local-world";
import {
  createClient,
  encodeFunctionData,
  getAddress,
  type HDAccount,
  http,
  type PublicClient,
  parseAbi,
  type TransactionReceipt,
} from "viem";

type Platform = Pick<LocalWorld, "apiUrl" | "rpcUrl">;

/** Somebody with a wallet, signed in: a key's, or a contract that a key owns. */
export interface Person {
  /** The owner's key. */
  account: HDAccount;
  wallet: Address;
  api: ApiClient;
  /** Signs as the owner's key. */
  signer: SigningClient;
  /** Sends a call from the wallet and waits until it has succeeded. */
  send(call: EscrowCall): Promise<TransactionReceipt>;
}

const executeAbi = parseAbi(["function execute(address target, uint256 value, bytes data)"]);

/** The wallet of a test key. */
export async function meetPerson(platform: Platform, chain: PublicClient, index: number): Promise<Person> {
  const account = testWallet(index);
  const signer = createSigner(platform, account);
  return {
    ...{ account, signer },
    wallet: account.address.toLowerCase() as Address,
    api: await signIn(platform, account),
    send: createSend(chain, signer),
  };
}

/** A contract wallet that the key of `index` owns: it signs in and acts as the contract. */
export async function meetContract(
  platform: Platform,
  chain: PublicClient,
  index: number,
  wallet: Address,
): Promise<Person> {
  const account = testWallet(index);
  const signer = createSigner(platform, account);
  const sendAsOwner = createSend(chain, signer);
  return {
    ...{ account, signer, wallet },
    api: await signIn(platform, { address: getAddress(wallet), signMessage: account.signMessage }),
    send: ({ to, value, data }) => {
      const args = [to, value, data] as const;
      const execution = encodeFunctionData({ abi: executeAbi, functionName: "execute", args });
      return sendAsOwner({ to: wallet, value, data: execution });
    },
  };
}

async function signIn({ apiUrl }: Platform, signer: Signer): Promise<ApiClient> {
  const api = createApiClient({ baseUrl: apiUrl });
  await api.signIn(signer);
  return api;
}

function createSigner({ rpcUrl }: Platform, account: HDAccount): SigningClient {
  return createClient({ account, chain: localChain, transport: http(rpcUrl), pollingInterval: 20 });
}

function createSend(chain: PublicClient, signer: SigningClient) {
  return async (call: EscrowCall): Promise<TransactionReceipt> => {
    const receipt = await chain.waitForTransactionReceipt({ hash: await sendCall(signer, call) });
    if (receipt.status === "success") return receipt;
    throw new Error(`the transaction ${receipt.transactionHash} was reverted`);
  };
}
