import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pinEscrow } from "./pinned-escrow.ts";

const first = `0x${"a1".repeat(20)}` as const;
const second = `0x${"b2".repeat(20)}` as const;
const folder = () => mkdtemp(join(tmpdir(), "trainchain-pin-"));

it("the escrow that a platform names first is the only one from then on, chain by chain", async () => {
  const dir = await folder();
  await pinEscrow(dir, { chainId: 80_002, escrow: first }, undefined);
  await pinEscrow(dir, { chainId: 80_002, escrow: first.toUpperCase().replace("0X", "0x") }, undefined);
  await pinEscrow(dir, { chainId: 137, escrow: second }, undefined);
  await expect(pinEscrow(dir, { chainId: 80_002, escrow: second }, undefined)).rejects.toMatchObject({
    code: "conflict",
    message: `the platform names ${second} as the escrow of chain 80002, and this agent has worked with ${first} alone`,
    fix: expect.stringContaining(`--escrow ${second}`),
  });
});

it("the owner's own word comes before what was named first, and replaces it", async () => {
  const dir = await folder();
  await pinEscrow(dir, { chainId: 80_002, escrow: first }, undefined);
  await expect(pinEscrow(dir, { chainId: 80_002, escrow: first }, second)).rejects.toMatchObject({
    message: expect.stringContaining(`may work with ${second} alone`),
  });
  await pinEscrow(dir, { chainId: 80_002, escrow: second }, second);
  await pinEscrow(dir, { chainId: 80_002, escrow: second }, undefined);
  await expect(pinEscrow(dir, { chainId: 80_002, escrow: first }, undefined)).rejects.toMatchObject({
    code: "conflict",
  });
});

it("a damaged file is no first start", async () => {
  const dir = await folder();
  await writeFile(join(dir, "escrows.json"), '{"80002":');
  await expect(pinEscrow(dir, { chainId: 80_002, escrow: first }, undefined)).rejects.toMatchObject({
    fix: expect.stringContaining("delete it"),
  });
});
