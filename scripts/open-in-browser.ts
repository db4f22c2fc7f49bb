import { spawn } from "node:child_process";
import { hasScreen } from "./env.ts";

/** Opens an address in the person's own browser, where there is a screen; does nothing anywhere else. */
export function openInBrowser(url: string): void {
  if (!process.stdout.isTTY || !hasScreen) return;
  const [program, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", "", url]
        : ["xdg-open", url];
  const child = spawn(program ?? "", args, { stdio: "ignore", detached: true });
  child.once("error", () => undefined);
  child.unref();
}
