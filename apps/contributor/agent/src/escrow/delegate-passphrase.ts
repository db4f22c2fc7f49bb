import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * What opens the delegate key's file: the owner's passphrase where one is set, else a random secret in a file of its
 * own, because work must go on after a restart with nobody there to type. That keeps a copy of one file from being
 * enough; it does not keep out whoever can read this whole folder, who gets a key that can submit work and holds no
 * money.
 */
export async function delegatePassphrase(walletDir: string, given: string | undefined): Promise<string> {
  if (given) return given;
  const file = join(walletDir, "delegate.secret");
  await mkdir(walletDir, { recursive: true, mode: 0o700 });
  const secret = randomBytes(32).toString("base64url");
  // "wx" leaves a secret that is there as it is.
  await writeFile(file, secret, { mode: 0o600, flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return readFile(file, "utf8");
}
