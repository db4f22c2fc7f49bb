import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { programFolders } from "../env.ts";

/**
 * Opens the app: as a window of its own where Chrome, Chromium or Edge is found (with the owner's profile, so that
 * the wallet extension is there), else in the default browser. Resolves with whether something was started.
 */
export async function openWindow(url: string): Promise<boolean> {
  for (const path of browserPaths().filter((candidate) => existsSync(candidate)))
    if (await start(path, [`--app=${url}`])) return true;
  const [command, args] = defaultBrowser(url);
  return start(command, args);
}

function defaultBrowser(url: string): [string, string[]] {
  if (process.platform === "darwin") return ["open", [url]];
  if (process.platform === "win32") return ["rundll32", ["url.dll,FileProtocolHandler", url]];
  return ["xdg-open", [url]];
}

function browserPaths(): string[] {
  switch (process.platform) {
    case "darwin":
      return ["Google Chrome", "Chromium", "Microsoft Edge"].map(
        (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
      );
    case "win32":
      return programFolders().windows.flatMap((folder) => [
        join(folder, "Google", "Chrome", "Application", "chrome.exe"),
        join(folder, "Microsoft", "Edge", "Application", "msedge.exe"),
      ]);
    default:
      return [
        "google-chrome",
        "google-chrome-stable",
        "chromium",
        "chromium-browser",
        "microsoft-edge",
      ].flatMap((name) => programFolders().path.map((folder) => join(folder, name)));
  }
}

function start(command: string, args: string[]): Promise<boolean> {
  const child = spawn(command, args, { detached: true, stdio: "ignore" });
  child.unref();
  return new Promise((resolve) => {
    child.once("spawn", () => resolve(true));
    child.once("error", () => resolve(false));
  });
}
