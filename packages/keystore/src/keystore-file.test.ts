import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { expect, it } from "vitest";
import { createKeystoreFile, readKeystoreAddress, readKeystoreFile } from "./keystore-file.ts";
import { openWallet } from "./open-wallet.ts";

const folder = await mkdtemp(join(tmpdir(), "trainchain-keystore-"));

/** The scrypt test vector of the Web3 Secret Storage Definition. */
const vector = {
  passphrase: "testpassword",
  privateKey: "0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d",
  file: {
    crypto: {
      cipher: "aes-128-ctr",
      cipherparams: { iv: "83dbcc02d8ccb40e466191a123791e0e" },
      ciphertext: "d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
      kdf: "scrypt",
      kdfparams: {
        dklen: 32,
        n: 262144,
        r: 1,
        p: 8,
        salt: "ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19",
      },
      mac: "2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097",
    },
    id: "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    version: 3,
  },
};

it("opens the file of the Web3 Secret Storage Definition", async () => {
  const path = join(folder, "vector.json");
  await writeFile(path, JSON.stringify(vector.file));
  expect(await readKeystoreFile(path, vector.passphrase)).toBe(vector.privateKey);
});

it("keeps a key in a file that only its owner reads, only its passphrase opens and nothing overwrites", async () => {
  const path = join(folder, "inner", "wallet.json");
  const key = generatePrivateKey();
  await createKeystoreFile(path, key, "correct horse");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path, "utf8")).not.toContain(key.slice(2));
  expect(await readKeystoreAddress(path)).toBe(privateKeyToAccount(key).address.toLowerCase());
  expect(await readKeystoreFile(path, "correct horse")).toBe(key);
  await expect(readKeystoreFile(path, "wrong")).rejects.toMatchObject({ code: "forbidden" });
  await expect(createKeystoreFile(path, key, "correct horse")).rejects.toMatchObject({ code: "conflict" });
});

it("says what to do about a missing file, a file of another kind, a bad key and no wallet at all", async () => {
  await expect(readKeystoreFile(join(folder, "absent"), "x")).rejects.toMatchObject({ code: "not-found" });
  await expect(readKeystoreFile(import.meta.filename, "x")).rejects.toMatchObject({
    code: "configuration-invalid",
  });
  await expect(openWallet({ privateKey: "0x12" })).rejects.toMatchObject({ code: "configuration-invalid" });
  await expect(openWallet({})).rejects.toMatchObject({
    code: "configuration-invalid",
    fix: expect.stringContaining("--keystore"),
  });
});

it("derives one and the same protection for the keys beside a wallet that comes from the environment", async () => {
  const privateKey = generatePrivateKey();
  const [first, second] = [await openWallet({ privateKey }), await openWallet({ privateKey })];
  expect(first.passphrase).toBe(second.passphrase);
  expect(first.passphrase).not.toContain(privateKey.slice(2));
});
