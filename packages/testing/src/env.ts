import { defaultEscrowVersion, type EscrowVersion, escrowVersions } from "@trainchain/protocol";

/** The version of the escrow that new local worlds and test chains deploy: TRAINCHAIN_ESCROW_VERSION, or the default. */
export function escrowVersionToDeploy(): EscrowVersion {
  const asked = process.env.TRAINCHAIN_ESCROW_VERSION ?? defaultEscrowVersion;
  const known = escrowVersions.find((version) => version === asked);
  if (known) return known;
  throw new Error(`TRAINCHAIN_ESCROW_VERSION is "${asked}": expected ${escrowVersions.join(" or ")}`);
}
