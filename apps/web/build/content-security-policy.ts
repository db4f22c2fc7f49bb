import { hubHosts } from "../src/hub.ts";

/**
 * What a page of the site may load and talk to: itself and its API, and the hub that a dataset is fetched from where
 * somebody asks for one. Chain reads go through the wallet's
 * own provider, so not even an RPC node is called. `data:` images are the wallets' icons (EIP-6963).
 */
export function contentSecurityPolicy(apiUrl: string): string {
  const api = apiUrl && new URL(apiUrl).origin;
  return [
    "default-src 'none'",
    // The dataset check finds duplicates with a hash in WebAssembly; no script is ever made from text.
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    ["connect-src 'self'", ...(api ? [api] : []), ...hubHosts].join(" "),
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
