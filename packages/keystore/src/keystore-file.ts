import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Wallet } from "@ethereumjs/wallet";
import { type Address, addressSchema, parseJson, TrainChainError } from "@trainchain/protocol";
import { type Hex, hexToBytes } from "viem";
import { z } from "zod";

const v3Schema = z.object({
  version: z.literal(3),
  address: z
    .string()
    .transform((address) => (address.startsWith("0x") ? address : `0x${address}`))
    .pipe(addressSchema)
    .optional(),
  crypto: z.object({ kdf: z.enum(["scrypt", "pbkdf2"]) }).loose(),
});

/**
 * Writes a private key (0x and 64 hexadecimal digits) as an encrypted Web3 Secret Storage file (version 3, scrypt
 * with n = 2^18), readable by its owner alone. Never replaces a file: `conflict` where one is there.
 */
export async function createKeystoreFile(path: string, privateKey: Hex, passphrase: string): Promise<void> {
  const content = await Wallet.fromPrivateKey(hexToBytes(privateKey)).toV3String(passphrase);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
    throw new TrainChainError("conflict", `${path} exists already`, {
      fix: "Choose another file name: a key is never overwritten.",
      facts: { path },
    });
  });
  try {
    await file.writeFile(`${content}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * The private key in a version 3 file.
 * @throws TrainChainError `not-found`, `configuration-invalid` (not such a file) or `forbidden` (wrong passphrase).
 */
export async function readKeystoreFile(path: string, passphrase: string): Promise<Hex> {
  const content = await readContent(path);
  const wallet = await Wallet.fromV3(content, passphrase, true).catch((cause: unknown) => {
    throw new TrainChainError("forbidden", `the passphrase does not open ${path}`, {
      fix: "Check the passphrase (TRAINCHAIN_KEYSTORE_PASSWORD, where it is set).",
      facts: { path },
      cause,
    });
  });
  return wallet.getPrivateKeyString();
}

/** The address that a version 3 file names, without opening it; undefined where it names none. */
export async function readKeystoreAddress(path: string): Promise<Address | undefined> {
  return v3Schema.parse(JSON.parse(await readContent(path))).address;
}

async function readContent(path: string): Promise<string> {
  const content = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new TrainChainError("not-found", `the keystore file ${path} cannot be read (${cause.code})`, {
      fix: "Check the path, or make a wallet with: trainchain wallet new --out FILE",
      facts: { path },
      cause,
    });
  });
  if (v3Schema.safeParse(parseJson(content)).success) return content;
  throw new TrainChainError("configuration-invalid", `${path} is not a keystore file of version 3`, {
    fix: "Export the wallet as an encrypted JSON file (UTC / V3), or make one with: trainchain wallet new --out FILE",
    facts: { path },
  });
}
