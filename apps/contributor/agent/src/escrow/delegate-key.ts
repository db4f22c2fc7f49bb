import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createKeystoreFile, readKeystoreFile } from "@trainchain/keystore";
import type { PrivateKeyAccount } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

/**
 * The key that signs submissions in the wallet's name: made once, kept encrypted in the agent's own folder. It can
 * submit adapters for jobs that named it and nothing else: it holds no money and moves none.
 */
export async function openDelegateKey(dir: string, passphrase: string): Promise<PrivateKeyAccount> {
  const path = join(dir, "delegate.json");
  if (existsSync(path)) return privateKeyToAccount(await readKeystoreFile(path, passphrase));
  const key = generatePrivateKey();
  // Under its name only when complete: a kill while it is written must not leave half a key.
  const incoming = `${path}.new`;
  await rm(incoming, { force: true });
  await createKeystoreFile(incoming, key, passphrase);
  await rename(incoming, path);
  return privateKeyToAccount(key);
}
