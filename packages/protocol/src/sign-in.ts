/**
 * The escrow that a sign-in is for, as a resource of its EIP-4361 message (a CAIP-10 account id). With the API's
 * origin as the message's URI it names the platform: what is signed for one opens no session at another.
 */
export function escrowResource({ chainId, escrow }: { chainId: number; escrow: string }): string {
  return `eip155:${chainId}:${escrow}`;
}
