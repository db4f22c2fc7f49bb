import { BlockList, isIP } from "node:net";

const ranges: [network: string, prefix: number][] = [
  // Of this host, private, shared by carriers, loopback, link-local (and with it the clouds' metadata).
  ...([
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.168.0.0", 16],
  ] as [string, number][]),
  // For protocols, documents and measurements; multicast; reserved.
  ...([
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 4],
    ["240.0.0.0", 4],
  ] as [string, number][]),
];

const closed = new BlockList();
for (const [network, prefix] of ranges) closed.addSubnet(network, prefix, "ipv4");

/** Of IPv6 only what is given out to the public; what carries an address of IPv4 inside is not. */
const open = new BlockList();
open.addSubnet("2000::", 3, "ipv6");
const tunnels = new BlockList();
tunnels.addSubnet("2001::", 23, "ipv6");
tunnels.addSubnet("2001:db8::", 32, "ipv6");
tunnels.addSubnet("2002::", 16, "ipv6");
tunnels.addSubnet("3fff::", 20, "ipv6");

/** Whether an IP address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !closed.check(address, "ipv4");
  return isIP(address) === 6 && open.check(address, "ipv6") && !tunnels.check(address, "ipv6");
}
