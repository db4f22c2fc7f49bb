import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loginItemOf, setStartAtLogin } from "./login-item.ts";

const command = ["/opt/a b/app", "--no-open", '50 % of "$HOME" & <more>'];

it("is written where this system looks for it, once, and removed again", async () => {
  const home = await mkdtemp(join(tmpdir(), "trainchain-login-"));
  const { path, content } = loginItemOf(command, home, process.platform as "linux");
  for (const isOn of [true, true]) await setStartAtLogin(isOn, command, home);
  expect(await readFile(path, "utf8")).toBe(content);
  for (const isOn of [false, false]) await setStartAtLogin(isOn, command, home);
  await expect(stat(path)).rejects.toThrow();
  await rm(home, { recursive: true });
});

it("quotes what it starts as each system reads it", () => {
  const said = (system: "linux" | "darwin" | "win32") => loginItemOf(command, "/home", system).content;
  // A desktop entry's own escapes come on top of those of its Exec key.
  expect(said("linux")).toContain(
    String.raw`Exec="/opt/a b/app" "--no-open" "50 %% of \\"\\$HOME\\" & <more>"`,
  );
  expect(said("darwin")).toContain('<string>50 % of "$HOME" &amp; &lt;more&gt;</string>');
  expect(said("win32")).toContain('/min "/opt/a b/app" "--no-open" "50 %% of');
});
