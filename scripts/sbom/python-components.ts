import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Component } from "./bom.ts";

/** The trainer's locked Python packages; hashes are those of all files of which one is installed. */
export function pythonComponents(root: string): Component[] {
  const locks = globSync("trainer/requirements*.txt", { cwd: root });
  return locks.flatMap((lock) => readLock(readFileSync(join(root, lock), "utf8")));
}

/** The entries of a requirements file: `name==version ; marker`, and the hashes that follow. */
function readLock(text: string): Component[] {
  return text.split(/\n(?=[A-Za-z0-9])/).flatMap((entry) => {
    const [, name, version] = /^([A-Za-z0-9][\w.-]*)==([^\s;]+)/.exec(entry) ?? [];
    if (name === undefined || version === undefined) return [];
    const purl = `pkg:pypi/${name.toLowerCase().replaceAll(/[_.]/g, "-")}@${version}`;
    const hashes = new Set([...entry.matchAll(/--hash=sha256:([0-9a-f]{64})/g)].map(([, hash = ""]) => hash));
    return {
      ...{ type: "library", "bom-ref": purl, name, version, purl },
      hashes: [...hashes].map((content) => ({ alg: "SHA-256", content })),
    };
  });
}
