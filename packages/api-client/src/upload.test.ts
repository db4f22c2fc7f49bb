import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { blobSource, upload } from "./upload.ts";

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const pieceBytes = 65_536;
const bytes = Uint8Array.from({ length: 4 * pieceBytes }, (_, at) => at % 251);

/**
 * Takes uploads by the tus protocol. In the middle of the second piece it breaks off, and answers the next three
 * requests as `absent` does.
 */
async function startServer(absent: "hangs up" | "answers 502") {
  const received: Buffer[] = [];
  const offset = () => String(Buffer.concat(received).length);
  let patches = 0;
  let away = 0;
  server = createServer(async (request, response) => {
    if (away > 0) {
      away -= 1;
      if (absent === "hangs up") request.socket.destroy();
      else response.writeHead(502).end("<html>bad gateway</html>");
    } else if (request.method === "POST") response.writeHead(201, { location: "/uploads/abc" }).end();
    else if (request.method === "HEAD") response.writeHead(200, { "upload-offset": offset() }).end();
    else if (++patches === 2) {
      away = 3;
      request.once("data", () => request.socket.destroy());
    } else {
      for await (const piece of request) received.push(piece);
      response.writeHead(204, { "upload-offset": offset() }).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}`, received };
}

it.each(["hangs up", "answers 502"] as const)(
  "an upload whose server breaks off and then %s for a while goes on when the server is back",
  async (absent) => {
    const { baseUrl, received } = await startServer(absent);
    const connection = { baseUrl, fetch, token: () => "t" };
    const source = blobSource(new Blob([bytes]), "rows.jsonl");
    expect(await upload(connection, source, { purpose: "dataset", pieceBytes })).toBe("abc");
    expect(Buffer.concat(received).equals(bytes)).toBe(true);
  },
);
