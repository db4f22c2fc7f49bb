import { mkdtemp, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDelegateKey } from "./delegate-key.ts";

it("is made once, is the same at the next start and opens with its passphrase only", async () => {
  const dir = await mkdtemp(join(tmpdir(), "trainchain-delegate-"));
  const first = await openDelegateKey(dir, "secret");
  expect((await openDelegateKey(dir, "secret")).address).toBe(first.address);
  expect((await stat(join(dir, "delegate.json"))).mode & 0o777).toBe(0o600);
  await expect(openDelegateKey(dir, "other")).rejects.toMatchObject({ code: "forbidden" });
});
