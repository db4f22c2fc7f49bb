import { addressSchema, escrowResource, TrainChainError } from "@trainchain/protocol";
import { getAddress, type PublicClient } from "viem";
import { parseSiweMessage, type SiweMessage } from "viem/siwe";
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
 * Reads an EIP-4361 message and checks everything in it but nonce and signature: it must name this platform, by the
 * API's origin (its URI), chain and escrow, and be asked for by a site of ours or an app on the wallet's machine. A
 * signature given to another platform or site would open a session here otherwise.
 */
export function readLoginMessage(message: string, platform: Platform, now: Date): LoginClaim {
  const fields = parseSiweMessage(message);
  const origins = [platform.publicUrl, ...platform.webOrigins].map((url) => new URL(url));
  const { address, nonce, uri, domain, version, resources = [] } = fields;
  if (!address || !nonce || !uri || !domain || version !== "1") {
    throw refused("the message is not an EIP-4361 sign-in message");
  }
  if (!isLoopback(domain) && !origins.some(({ host }) => host === domain)) {
    throw refused(`the message is for ${domain}, not for this site`);
  }
  if (!origins.some(({ origin }) => origin === originOf(uri))) {
    throw refused(
      `the message is for the platform at ${uri}; this one is at ${new URL(platform.publicUrl).origin}`,
    );
  }
  if (fields.chainId !== platform.chainId) {
    throw refused(`the message is for chain ${fields.chainId}, not for ${platform.chainId}`);
  }
  const escrow = escrowResource(platform);
  if (!resources.some((resource) => resource.toLowerCase() === escrow)) {
    throw refused(`the message does not name this platform's escrow as a resource: ${escrow}`);
  }
  assertTimely(fields, now);
  return { wallet: addressSchema.parse(address), nonce, message };
}

/** The nonce bounds a message's life by our clock; what the message says of its own is held to it too. */
function assertTimely({ issuedAt, notBefore, expirationTime }: Partial<SiweMessage>, now: Date): void {
  const early = [issuedAt && new Date(issuedAt.getTime() - clockSkewMs), notBefore].find(
    (from) => from && from > now,
  );
  if (early) throw wrongClock(`the message was written in the future: it is ${now.toISOString()} here`);
  if (expirationTime && expirationTime <= now) {
    throw wrongClock(
      `the message was good until ${expirationTime.toISOString()}, and it is ${now.toISOString()}`,
    );
  }
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
 * (RFC 8252, 7.3). No site has that address; which platform the app works for is said by the message's URI.
 */
function isLoopback(domain: string): boolean {
  return /^127\.0\.0\.1:\d{1,5}$/.test(domain);
}

function originOf(uri: string | undefined): string | undefined {
  return uri && URL.canParse(uri) ? new URL(uri).origin : undefined;
}

function refused(
  message: string,
  fix = "Ask for a new nonce and sign the message anew, for this platform and this network.",
): TrainChainError {
  return new TrainChainError("signature-invalid", message, { fix });
}

function wrongClock(message: string): TrainChainError {
  return refused(
    message,
    "Set this computer's clock, or write the message with the times that come with the nonce, then sign in again.",
  );
}
