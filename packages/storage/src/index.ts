export { computeCid } from "./cid.ts";
export { createStorage, type StorageConfig } from "./create-storage.ts";
export { createKeyRing, type KeyRing, keyRingOnce } from "./key-ring.ts";
export { createKuboStorage, type KuboOptions } from "./kubo-storage.ts";
export { createLocalStorage } from "./local-storage.ts";
export { createPinataStorage, type PinataOptions } from "./pinata-storage.ts";
export { seal, sealedBytesOf, unseal } from "./sealing.ts";
export { sha256OfFile } from "./sha256-of-file.ts";
export {
  assertCid,
  type ByteRange,
  type ByteSource,
  type GetOptions,
  type PutOptions,
  type Storage,
  type StoredContent,
} from "./storage.ts";
export { checkStorageEnv, type StorageEnv, storageConfigFrom, storageEnvSchema } from "./storage-env.ts";
export { type VapidKeys, vapidKeysOf } from "./vapid-keys.ts";
export { isAbsent } from "./verified-stream.ts";
export { mailTokenOf, webhookSecretOf } from "./webhook-secret.ts";
