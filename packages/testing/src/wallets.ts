import { type HDAccount, mnemonicToAccount } from "viem/accounts";

/** The public test mnemonic that anvil funds at start. Never use it with real money. */
export const testMnemonic = "test test test test test test test test test test test junk";

/** The roles that the local world gives to anvil's accounts. */
export const roles = {
  deployer: 0,
  aggregator: 1,
  requester: 2,
  stranger: 3,
  firstContributor: 4,
} as const;

/** One of anvil's funded accounts. */
export function testWallet(index: number): HDAccount {
  return mnemonicToAccount(testMnemonic, { addressIndex: index });
}

/** The private key of a test wallet as 0x-hex, for processes that take their key from the environment. */
export function testPrivateKey(index: number): `0x${string}` {
  const key = testWallet(index).getHdKey().privateKey;
  if (!key) throw new Error(`test wallet ${index} has no private key`);
  return `0x${Buffer.from(key).toString("hex")}`;
}
