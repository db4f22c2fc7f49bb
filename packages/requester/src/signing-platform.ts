import type { ApiClient } from "@trainchain/api-client";
import type { ReadingClient, SigningClient } from "@trainchain/chain";
import type { Address } from "@trainchain/protocol";

/** The platform as one wallet sees it: signed in at its API, and able to sign for its escrow. */
export interface SigningPlatform {
  api: ApiClient;
  escrow: Address;
  /** Reads the escrow's chain; the signer itself where it can read. */
  reader: ReadingClient;
  signer: SigningClient;
}
