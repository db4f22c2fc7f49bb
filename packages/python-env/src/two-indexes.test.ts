import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BlobWriter, TextReader, ZipWriter } from "@zip.js/zip.js";
import { expect, test } from "vitest";
import { runChild } from "./child-process.ts";
import { ensureUv } from "./ensure-uv.ts";
import { uvEnvironment } from "./uv-environment.ts";

const uvCacheDir = fileURLToPath(new URL("../../../.toolchain/uv", import.meta.url));

/** The smallest wheel that there is. */
async function wheel(name: string, version: string): Promise<Buffer> {
  const zip = new ZipWriter(new BlobWriter());
  const info = `${name}-${version}.dist-info`;
  const files = {
    [`${name}.py`]: "",
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    [`${info}/RECORD`]: "",
  };
  for (const [path, text] of Object.entries(files)) await zip.add(path, new TextReader(text));
  return Buffer.from(await (await zip.close()).arrayBuffer());
}

/** A package index that has one version of one package. */
async function startIndex(name: string, version: string) {
  const file = `${name}-${version}-py3-none-any.whl`;
  const bytes = await wheel(name, version);
  const page = `<!doctype html><a href="/${file}">${file}</a>`;
  const server = createServer(({ url }, response) => {
    if (url === `/simple/${name}/`) response.writeHead(200, { "content-type": "text/html" }).end(page);
    else if (url === `/${file}`) response.end(bytes);
    else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
  return { url, close: () => server.close() };
}

test("an extra index adds its versions to the default one's, as pip means it, and does not hide them", async () => {
  const dir = await mkdtemp(join(tmpdir(), "two-indexes-"));
  const [extra, main] = await Promise.all([startIndex("twoplaces", "1.0"), startIndex("twoplaces", "2.0")]);
  try {
    const uv = await ensureUv({ cacheDir: uvCacheDir });
    const { PATH, HOME } = process.env;
    const env = uvEnvironment({ PATH, HOME, PIP_INDEX_URL: main.url, PIP_EXTRA_INDEX_URL: extra.url });
    const install = ["pip", "install", "--no-config", "--no-cache", "--target"];
    for (const version of ["1.0", "2.0"]) {
      const target = join(dir, version);
      const { exitCode, tail } = await runChild(uv, [...install, target, `twoplaces==${version}`], { env });
      expect(exitCode, tail.join("\n")).toBe(0);
      expect(await readdir(target)).toContain(`twoplaces-${version}.dist-info`);
    }
  } finally {
    for (const index of [extra, main]) index.close();
    await rm(dir, { recursive: true, force: true });
  }
});
