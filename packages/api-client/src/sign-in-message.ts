import { escrowResource } from "@trainchain/protocol";

/** What an EIP-4361 message says. Times are ISO 8601. */
export interface SignInMessage {
  /** Who asks for the signature: the site's host, the app's loopback address, or the API's host. */
  domain: string;
  address: string;
  /** The API's origin. */
  uri: string;
  chainId: number;
  escrow: string;
  nonce: string;
  issuedAt: string;
  expirationTime: string;
}

/** The EIP-4361 (Sign-In with Ethereum) text that a wallet shows and signs. `address` must be checksummed. */
export function signInMessage(fields: SignInMessage): string {
  return [
    `${fields.domain} wants you to sign in with your Ethereum account:`,
    fields.address,
    "",
    "Sign in to TrainChain. This costs nothing and moves nothing.",
    "",
    `URI: ${fields.uri}`,
    "Version: 1",
    `Chain ID: ${fields.chainId}`,
    `Nonce: ${fields.nonce}`,
    `Issued At: ${fields.issuedAt}`,
    `Expiration Time: ${fields.expirationTime}`,
    "Resources:",
    `- ${escrowResource(fields)}`,
  ].join("\n");
}
