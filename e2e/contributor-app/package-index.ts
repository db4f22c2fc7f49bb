import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { zipOf } from "@trainchain/testing/generated-images";

/** One package of pure Python, whose module holds nothing. */
export interface OnePackage {
  name: string;
  version: string;
}

/**
 * A package index (PEP 503) with one wheel, of which it sends half and then falls silent, until it is told to send it
 * whole. What the wheel needs can be read beside it (PEP 658), so that only an installation fetches the wheel.
 */
export async function startPackageIndex({ name, version }: OnePackage) {
  const file = `${name}-${version}-py3-none-any.whl`;
  const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
  const wheel = await wheelOf({ name, version }, metadata);
  const half = Promise.withResolvers<void>();
  let sendsWhole = false;

  function sendWheel(answer: ServerResponse): void {
    answer.writeHead(200, { "content-length": wheel.length });
    if (sendsWhole) answer.end(wheel);
    else answer.write(wheel.subarray(0, wheel.length / 2), () => half.resolve());
  }

  const server = createServer(({ url = "" }, answer) => {
    if (url === `/${name}/`)
      answer
        .writeHead(200, { "content-type": "text/html" })
        .end(`<a href="/${file}" data-core-metadata="true" data-dist-info-metadata="true">${file}</a>`);
    else if (url === `/${file}.metadata`) answer.end(metadata);
    else if (url === `/${file}`) sendWheel(answer);
    else answer.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    untilHalfSent: () => half.promise,
    sendWhole() {
      sendsWhole = true;
    },
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function wheelOf({ name, version }: OnePackage, metadata: string): Promise<Uint8Array> {
  const info = `${name}-${version}.dist-info`;
  const texts = {
    [`${name}.py`]: "",
    [`${info}/METADATA`]: metadata,
    [`${info}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
  };
  const record = [...Object.keys(texts), `${info}/RECORD`].map((path) => `${path},,\n`).join("");
  const files = Object.entries({ ...texts, [`${info}/RECORD`]: record });
  return zipOf(files.map(([path, text]) => [path, new TextEncoder().encode(text)] as const));
}
