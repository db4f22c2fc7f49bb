/** `0xAb3f…9c2`: how a wallet is shown where its full address is nobody's business. */
export function truncateAddress(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-3)}`;
}
