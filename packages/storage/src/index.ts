export { computeCid } from "./cid.ts";
export { createKeyRing, type KeyRing } from "./key-ring.ts";
export { createLocalStorage } from "./local-storage.ts";
export { seal, unseal } from "./sealing.ts";
export type {
  ByteSource,
  GetOptions,
  PutOptions,
  SignedUpload,
  SignUploadOptions,
  Storage,
  StoredContent,
} from "./storage.ts";
