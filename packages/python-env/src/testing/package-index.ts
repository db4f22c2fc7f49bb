import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type OnePackage, wheelOf } from "./wheel.ts";

export interface PackageIndex {
  url: string;
  /** sha256 (hex) of the wheel. */
  sha256: string;
  close(): void;
}

/** A package index, on this machine, that has one version of one package. */
export async function startPackageIndex({ name, version }: OnePackage): Promise<PackageIndex> {
  const file = `${name}-${version}-py3-none-any.whl`;
  const bytes = await wheelOf({ name, version });
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const page = `<!doctype html><a href="/${file}#sha256=${sha256}">${file}</a>`;
  const server = createServer(({ url }, response) => {
    if (url === `/simple/${name}/`) response.writeHead(200, { "content-type": "text/html" }).end(page);
    else if (url === `/${file}`) response.end(bytes);
    else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
  return { url, sha256, close: () => server.close() };
}
