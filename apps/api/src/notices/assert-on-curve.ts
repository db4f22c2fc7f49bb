import { ECDH } from "node:crypto";
import { type PushKeys, TrainChainError } from "@trainchain/protocol";

/** Throws where a browser's public key is no point of P-256: nothing could be encrypted with it. */
export function assertOnCurve({ p256dh }: PushKeys): void {
  try {
    ECDH.convertKey(p256dh, "prime256v1", "base64url");
  } catch {
    throw new TrainChainError("invalid-input", "keys.p256dh: it is no point of P-256", {
      fix: "Give what PushSubscription.toJSON() says.",
    });
  }
}
