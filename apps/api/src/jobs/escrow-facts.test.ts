import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createPublicClient, http } from "viem";
import { expect, it } from "vitest";
import { createEscrowSource } from "./escrow-facts.ts";

it("a node that keeps silent is asked once by all who ask meanwhile, and none of them waits for it", async () => {
  let requests = 0;
  const silent = createServer(() => {
    requests += 1;
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = silent.address() as AddressInfo;
    const transport = http(`http://127.0.0.1:${port}`, { retryCount: 0, timeout: 600_000 });
    const source = createEscrowSource(createPublicClient({ transport }), `0x${"e".repeat(40)}`);
    expect(await Promise.all([source.find(), source.find(), source.find()])).toEqual(
      Array(3).fill(undefined),
    );
    expect(await source.find()).toBeUndefined();
    // Its version, and its fee.
    expect(requests).toBe(2);
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
});
