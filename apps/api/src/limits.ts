import type { Limits } from "./deps.ts";

const minute = 60_000;
const mebibyte = 1024 ** 2;

/** Bounds that suit one small server; the operator's settings replace some of them. */
export const defaultLimits: Limits = {
  uploadBytes: 4096 * mebibyte,
  adapterBytes: 1024 * mebibyte,
  quota: { uploads: 50, bytes: 8 * 1024 * mebibyte, perNetwork: 3 },
  minFreeBytes: { dataset: 2 * 1024 * mebibyte, adapter: 512 * mebibyte, boundary: 64 * mebibyte },
  uploadExpiryMs: 24 * 60 * minute,
  bodyBytes: 64 * 1024,
  requestTimeoutMs: 30_000,
  connections: { most: 5_000, headersMs: 15_000, requestMs: 10 * minute, checkMs: 5_000, unreadMs: 20_000 },
  nonceMs: 10 * minute,
  sessionMs: 7 * 24 * 60 * minute,
  streams: { total: 1_000, perWallet: 20, perNetwork: 100 },
  streamMs: 60 * minute,
  keepAliveMs: 15_000,
  // For one wallet; an address may have a few times as much (http/rate-limit.ts).
  rates: {
    login: { limit: 60, windowMs: minute },
    read: { limit: 1_200, windowMs: minute },
    write: { limit: 120, windowMs: minute },
    progress: { limit: 600, windowMs: minute },
    upload: { limit: 1_200, windowMs: minute },
    download: { limit: 300, windowMs: minute },
    trial: { limit: 10, windowMs: 5 * minute },
    // Each new address is greeted, and need not be the wallet's own.
    webhook: { limit: 20, windowMs: 24 * 60 * minute },
    // E-mails that ask whether an address is right, and so go to people who may not have wanted them.
    mail: { limit: 3, windowMs: 24 * 60 * minute },
  },
};
