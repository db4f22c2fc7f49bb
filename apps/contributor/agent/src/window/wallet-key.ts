import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readKeystoreFile } from "@trainchain/keystore";
import { type Address, TrainChainError, toTrainChainError, truncateAddress } from "@trainchain/protocol";
import type { LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";

/*
 * The key of a wallet, kept on this machine by its owner's wish so that jobs are taken while nobody is there to sign.
 * What opens it lies beside it, for the same reason: whoever can read both has what the wallet has.
 */

export interface GivenKey {
  /** The text of an encrypted file, version 3. */
  keystore: string;
  passphrase: string;
}

/** @throws TrainChainError `forbidden` where the passphrase does not open it or it is another wallet's; then nothing is kept. */
export async function keepWalletKey(dir: string, wallet: Address, key: GivenKey): Promise<void> {
  const { incoming, file, secret } = pathsIn(dir);
  try {
    await writeFile(incoming, key.keystore, { mode: 0o600 });
    const privateKey = await readKeystoreFile(incoming, key.passphrase).catch((error: unknown) => {
      const { code, message } = toTrainChainError(error);
      // Its owner knows the file by another name.
      throw new TrainChainError(code, message.replace(incoming, "the key file"), {
        fix: "Choose the wallet's encrypted file, version 3, and type what opens it. Nothing was kept.",
        cause: error,
      });
    });
    const { address } = privateKeyToAccount(privateKey);
    if (address.toLowerCase() !== wallet)
      throw new TrainChainError("forbidden", `this is the key of ${truncateAddress(address.toLowerCase())}`, {
        fix: `Choose the key file of ${truncateAddress(wallet)}, the wallet that works here.`,
      });
    await writeFile(secret, key.passphrase, { mode: 0o600 });
    await rename(incoming, file);
  } finally {
    await rm(incoming, { force: true });
  }
}

/** The account that signs by itself; undefined where no key is kept. */
export async function findWalletKey(dir: string): Promise<LocalAccount | undefined> {
  const { file, secret } = pathsIn(dir);
  const passphrase = await readFile(secret, "utf8").catch(() => undefined);
  return passphrase === undefined ? undefined : privateKeyToAccount(await readKeystoreFile(file, passphrase));
}

export async function dropWalletKey(dir: string): Promise<void> {
  const { file, secret } = pathsIn(dir);
  for (const path of [secret, file]) await rm(path, { force: true });
}

function pathsIn(dir: string) {
  const file = join(dir, "wallet.json");
  return { file, incoming: `${file}.new`, secret: join(dir, "wallet.secret") };
}
