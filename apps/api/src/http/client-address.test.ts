import { Hono } from "hono";
import { expect, it } from "vitest";
import { clientNetworks, networksOf } from "./client-address.ts";

it.each([
  ["192.0.2.7", { network: "192.0.2.7", site: undefined }],
  ["::ffff:192.0.2.7", { network: "192.0.2.7", site: undefined }],
  ["2001:db8:1:2:3:4:5:6", { network: "2001:db8:1:2::/64", site: "2001:db8:1::/48" }],
  ["2001:DB8:1:2::", { network: "2001:db8:1:2::/64", site: "2001:db8:1::/48" }],
  ["[2001:db8::9]", { network: "2001:db8:0:0::/64", site: "2001:db8:0::/48" }],
  ["fe80::1%eth0", { network: "fe80:0:0:0::/64", site: "fe80:0:0::/48" }],
  ["::1", { network: "0:0:0:0::/64", site: "0:0:0::/48" }],
  ["unknown", { network: "unknown", site: undefined }],
])("%s is counted with its network", (address, networks) => {
  expect(networksOf(address)).toEqual(networks);
});

it("what a client says of itself counts only as our own proxy's last word", async () => {
  const ask = async (trustProxy: boolean, forwarded: string) => {
    const app = new Hono().get("/", (c) => c.json(clientNetworks(c, trustProxy)));
    const answer = await app.request("/", { headers: { "x-forwarded-for": forwarded } });
    return ((await answer.json()) as { network: string }).network;
  };
  expect(await ask(true, "192.0.2.1, 2001:db8::1, 192.0.2.9")).toBe("192.0.2.9");
  expect(await ask(false, "192.0.2.9")).toBe("unknown");
});
