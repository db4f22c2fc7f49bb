import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { metadataOf, type OnePackage, wheelOf } from "@trainchain/python-env/testing";

/**
 * A package index (PEP 503) with one wheel, of which it sends half and then falls silent, until it is told to send it
 * whole. What the wheel needs can be read beside it (PEP 658), so that only an installation fetches the wheel.
 */
export async function startPackageIndex({ name, version }: OnePackage) {
  const file = `${name}-${version}-py3-none-any.whl`;
  const metadata = metadataOf({ name, version });
  const wheel = await wheelOf({ name, version });
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
    /** sha256 (hex) of the wheel. */
    sha256: createHash("sha256").update(wheel).digest("hex"),
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
