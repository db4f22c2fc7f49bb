import { chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { handOver } from "./hand-over.ts";

let dir: string;
let shared: string;
/** Of the shared folder; as root another than this process's, which its files have. */
let group: number;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "hand-over-"));
  shared = join(dir, "shared");
  await mkdir(shared);
  if (process.getuid?.() === 0) await chown(shared, 0, 65_534);
  group = (await stat(shared)).gid;
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A temporary folder with the modes that a group-wide umask leaves behind, which are wider than they should be. */
async function lay(name: string): Promise<string> {
  const work = join(shared, name);
  await mkdir(join(work, "adapter"), { recursive: true });
  for (const file of ["holdout", "secret", "adapter/weights", "adapter/config"]) {
    await writeFile(join(work, file), "");
    await chmod(join(work, file), 0o660);
  }
  await chmod(join(work, "adapter"), 0o770);
  await chmod(work, 0o700);
  return work;
}

/** The group's rights on a path; "other" where it is not the group's. */
async function rights(...path: string[]): Promise<string> {
  const { mode, gid } = await stat(join(...path));
  const bits = (gid === group ? mode >> 3 : mode) & 7;
  return ["", "x", "w", "wx", "r", "rx", "rw", "rwx"][bits] || "none";
}

it("a file is handed over to be read; the way to it can be gone and not listed; nothing else can be opened", async () => {
  const work = await lay("file");
  const elsewhere = join(dir, "elsewhere");
  await writeFile(elsewhere, "", { mode: 0o600 });
  await handOver(shared, ["--model", "some/hub-id", "--holdout", join(work, "holdout"), elsewhere]);
  expect(await rights(work, "holdout")).toBe("r");
  expect(await rights(work)).toBe("x");
  if (process.getuid?.() === 0)
    expect([await rights(work, "secret"), await rights(work, "adapter")]).toEqual(["none", "none"]);
  expect((await stat(elsewhere)).mode & 0o777).toBe(0o600);
});

it("a folder is handed over with the files in it, and none of them can be written", async () => {
  const work = await lay("folder");
  await handOver(shared, ["--adapters", join(work, "adapter"), join(work, "holdout")]);
  expect(await rights(work, "adapter")).toBe("rx");
  expect(await rights(work, "adapter", "weights")).toBe("r");
  expect(await rights(work, "adapter", "config")).toBe("r");
  // Handing over a file in it leaves it what it is.
  await handOver(shared, [join(work, "adapter", "weights")]);
  expect(await rights(work, "adapter")).toBe("rx");
});

it("what is not there cannot be handed over, in words", async () => {
  await expect(handOver(shared, [join(shared, "none", "file")])).rejects.toMatchObject({
    code: "configuration-invalid",
    fix: expect.stringContaining(shared),
  });
});
