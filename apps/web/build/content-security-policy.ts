/**
 * What a page of the site may load and talk to: itself and its API, nobody else. Chain reads go through the wallet's
 * own provider, so not even an RPC node is called. `data:` images are the wallets' icons (EIP-6963).
 */
export function contentSecurityPolicy(apiUrl: string): string {
  const api = apiUrl && new URL(apiUrl).origin;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${api && ` ${api}`}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
