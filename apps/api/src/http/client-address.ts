import { isIPv6 } from "node:net";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";

/** Whom a caller is counted with: those who share its address, and, with IPv6, those who share its line or its site. */
export interface ClientNetworks {
  /** An IPv4 address, or the 64 bits of an IPv6 address below which whoever has the line picks addresses at will. */
  network: string;
  /** The 48 bits that a site may have been given, in which it picks networks at will; IPv6 only. */
  site: string | undefined;
}

/** The networks of whoever calls. X-Forwarded-For counts only behind a proxy of ours, whose own entry is the last. */
export function clientNetworks(c: Context, trustProxy: boolean): ClientNetworks {
  return networksOf(clientAddress(c, trustProxy));
}

function clientAddress(c: Context, trustProxy: boolean): string {
  if (trustProxy) {
    const forwarded = c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim();
    if (forwarded) return forwarded;
  }
  return c.env?.incoming ? (getConnInfo(c).remote.address ?? "unknown") : "unknown";
}

export function networksOf(address: string): ClientNetworks {
  const plain = address.replace(/^\[(.*)\]$/, "$1").replace(/%.*$/, "");
  if (!isIPv6(plain)) return { network: address.slice(0, 64), site: undefined };
  const groups = groupsOf(plain);
  // IPv4 as a socket of both kinds shows it.
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return {
      network: groups
        .slice(6)
        .flatMap((group) => [group >> 8, group & 255])
        .join("."),
      site: undefined,
    };
  const first = (count: number) =>
    groups
      .slice(0, count)
      .map((group) => group.toString(16))
      .join(":");
  return { network: `${first(4)}::/64`, site: `${first(3)}::/48` };
}

/** The eight groups of an IPv6 address; a URL's host is the one place where Node spells any form of it alike. */
function groupsOf(address: string): number[] {
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const parse = (part: string) =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const [front, back] = [parse(head), parse(tail ?? "")];
  return [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
}
