import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Component } from "./bom.ts";

interface LockedPackage {
  version?: string;
  license?: string;
  integrity?: string;
  dev?: boolean;
  link?: boolean;
}

/**
 * The locked npm packages that run at users or on a server: those that more than development needs. `npm sbom --omit dev`
 * (npm 11.19) leaves out those that development needs as well.
 */
export function npmComponents(root: string): Component[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, LockedPackage>;
  };
  return Object.entries(packages)
    .filter(([path, { link, dev }]) => path.includes("node_modules/") && !link && !dev)
    .map(([path, { version = "", license, integrity = "" }]) => {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
      const [, digest] = /^sha512-(\S+)/.exec(integrity) ?? [];
      return {
        ...{ type: "library", "bom-ref": purl, name, version, purl },
        ...(license && { licenses: [{ license: { name: license } }] }),
        hashes: digest ? [{ alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") }] : [],
      };
    });
}
