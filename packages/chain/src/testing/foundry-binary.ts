import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The path of forge, anvil or cast, from npm's package for this platform. */
export function foundryBinary(tool: "forge" | "anvil" | "cast"): string {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const platformPackage = `@foundry-rs/${tool}-${process.platform}-${architecture}`;
  const manifest = createRequire(import.meta.url).resolve(`${platformPackage}/package.json`);
  return join(dirname(manifest), "bin", process.platform === "win32" ? `${tool}.exe` : tool);
}
