import { addressSchema, TrainChainError } from "@trainchain/protocol";
import { getAddress, type PublicClient } from "viem";
import { parseSiweMessage } from "viem/siwe";
import type { Platform } from "../deps.ts";
import { isSignedBy } from "./is-signed-by.ts";

/** How far the caller's clock may be ahead of ours. */
const clockSkewMs = 5 * 60_000;

export interface LoginClaim {
  wallet: `0x${string}`;
  nonce: string;
  message: string;
}

/**
 * Reads an EIP-4361 message and checks everything in it but nonce and signature: it must be meant for this host,
 * this chain and this moment, or a signature given to another site would open a session here.
 */
export function readLoginMessage(message: string, platform: Platform, now: Date): LoginClaim {
  const fields = parseSiweMessage(message);
  const origins = [platform.publicUrl, ...platform.webOrigins].map((url) => new URL(url));
  if (!fields.address || !fields.nonce || !fields.uri || !fields.domain || fields.version !== "1") {
    throw refused("the message is not an EIP-4361 sign-in message");
  }
  const isForApp = isLoopback(fields.domain) && originOf(fields.uri) === `http://${fields.domain}`;
  if (!isForApp && !origins.some(({ host }) => host === fields.domain)) {
    throw refused(`the message is for ${fields.domain}, not for this site`);
  }
  if (!isForApp && !origins.some(({ origin }) => origin === originOf(fields.uri))) {
    throw refused(`the message is for ${fields.uri}, not for this site`);
  }
  if (fields.chainId !== platform.chainId) {
    throw refused(`the message is for chain ${fields.chainId}, not for ${platform.chainId}`);
  }
  if (fields.expirationTime && fields.expirationTime <= now) throw refused("the message has expired");
  if (fields.notBefore && fields.notBefore > now) throw refused("the message is not valid yet");
  if (fields.issuedAt && fields.issuedAt.getTime() > now.getTime() + clockSkewMs) {
    throw refused("the message was issued in the future");
  }
  return { wallet: addressSchema.parse(fields.address), nonce: fields.nonce, message };
}

/** Refuses a claim whose message the wallet did not sign. */
export async function assertSigned(
  chain: PublicClient,
  { wallet, message }: LoginClaim,
  signature: `0x${string}`,
): Promise<void> {
  const address = getAddress(wallet);
  if (await isSignedBy(chain, address, message, signature)) return;
  throw refused(`the signature is not one of ${wallet}`);
}

/**
 * The contributor app signs people in from the loopback interface of their own machine, on whatever port it got
 * (RFC 8252, 7.3). No site has that address, so a message for it was signed for a program on the wallet's machine.
 */
function isLoopback(domain: string): boolean {
  return /^127\.0\.0\.1:\d{1,5}$/.test(domain);
}

function originOf(uri: string | undefined): string | undefined {
  return uri && URL.canParse(uri) ? new URL(uri).origin : undefined;
}

function refused(message: string): TrainChainError {
  return new TrainChainError("signature-invalid", message, {
    fix: "Ask for a new nonce and sign the message anew, for this site and this network.",
  });
}
