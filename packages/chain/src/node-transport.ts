import { type HttpTransport, http } from "viem";

/** What a node is called where people read it: without user, path and query, in which many nodes take a key. */
export function nodeName(rpcUrl: string): string {
  return URL.parse(rpcUrl)?.origin ?? rpcUrl;
}

/** viem's transport to a node, whose errors call it by its name. */
export function nodeTransport(rpcUrl: string): HttpTransport {
  const address = URL.parse(rpcUrl);
  if (!address) return http(rpcUrl);
  // viem keeps user and password out of what it says, and sends them as a header.
  const named = Object.assign(new URL(address), { pathname: "", search: "" });
  Object.assign(address, { username: "", password: "" });
  return http(named.href, { fetchFn: (_named, init) => fetch(address, init) });
}
