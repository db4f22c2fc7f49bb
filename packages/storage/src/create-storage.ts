import { createKuboStorage, type KuboOptions } from "./kubo-storage.ts";
import { createLocalStorage } from "./local-storage.ts";
import { createPinataStorage, type PinataOptions } from "./pinata-storage.ts";
import type { Storage } from "./storage.ts";

export type StorageConfig =
  | { backend: "local"; dir: string }
  | ({ backend: "pinata" } & PinataOptions)
  | ({ backend: "kubo" } & KuboOptions);

/** The store that a configuration names. */
export function createStorage(config: StorageConfig): Storage {
  switch (config.backend) {
    case "local":
      return createLocalStorage(config);
    case "pinata":
      return createPinataStorage(config);
    case "kubo":
      return createKuboStorage(config);
  }
}
