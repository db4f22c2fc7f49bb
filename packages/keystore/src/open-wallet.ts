import { hkdfSync } from "node:crypto";
import { TrainChainError } from "@trainchain/protocol";
import { type Hex, hexToBytes, isHex, type PrivateKeyAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { askPassphrase } from "./ask-passphrase.ts";
import { readKeystoreFile } from "./keystore-file.ts";

export interface WalletSource {
  /** Path of a version 3 file; takes precedence over `privateKey`. */
  keystore?: string | undefined;
  /** 0x and 64 hexadecimal digits. */
  privateKey?: string | undefined;
  /** The file's passphrase; asked for on the terminal when absent. */
  passphrase?: string | undefined;
}

export interface OpenedWallet {
  account: PrivateKeyAccount;
  /**
   * Protects the keys that are kept beside this wallet: the passphrase itself, or for a key from the environment a
   * secret derived from it, so that whoever can open the wallet, and nobody else, can open those.
   */
  passphrase: string;
}

/** Opens a wallet from its file, or from a key that the environment holds. */
export async function openWallet({ keystore, privateKey, passphrase }: WalletSource): Promise<OpenedWallet> {
  if (keystore !== undefined) {
    const opener = passphrase ?? (await askPassphrase(`Passphrase of ${keystore}: `));
    return { account: privateKeyToAccount(await readKeystoreFile(keystore, opener)), passphrase: opener };
  }
  if (privateKey === undefined)
    throw new TrainChainError("configuration-invalid", "no wallet is given", {
      fix: "Pass --keystore FILE, or set WALLET_PRIVATE_KEY.",
    });
  const key = assertPrivateKey(privateKey);
  return { account: privateKeyToAccount(key), passphrase: passphrase ?? derivedPassphrase(key) };
}

function assertPrivateKey(privateKey: string): Hex {
  if (isHex(privateKey) && privateKey.length === 66) return privateKey;
  throw new TrainChainError("configuration-invalid", "WALLET_PRIVATE_KEY is not a private key", {
    fix: "Set it to 0x and 64 hexadecimal digits.",
  });
}

function derivedPassphrase(privateKey: Hex): string {
  const info = "trainchain/1/delegate-passphrase";
  return Buffer.from(hkdfSync("sha256", hexToBytes(privateKey), new Uint8Array(0), info, 32)).toString("hex");
}
