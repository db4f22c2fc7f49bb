import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { abilities, abilitiesHeader } from "@trainchain/protocol";
import { afterAll, expect, it } from "vitest";
import { openApi } from "./api.ts";

const dir = await mkdtemp(join(tmpdir(), "agent-api-"));
const got: IncomingHttpHeaders[] = [];
/** The first login has ended when it is shown. */
const server = createServer((request, answer) => {
  got.push(request.headers);
  const isOver = got.length === 1;
  answer.writeHead(isOver ? 401 : 200, { "content-type": "application/json" });
  answer.end(isOver ? "{}" : '{"withdrawableWei":"7"}');
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
afterAll(async () => {
  server.close();
  await rm(dir, { recursive: true, force: true });
});

it("an agent says what it can do in each request, also after its login has ended and it has another", async () => {
  const logins = ["first", "second"];
  const api = await openApi({
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    wallet: `0x${"ab".repeat(20)}`,
    sessionFile: join(dir, "session.json"),
    signIn: async () => ({
      token: logins.shift() ?? "",
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
    }),
    signal: new AbortController().signal,
  });
  expect(await api.getMyBalance()).toMatchObject({ withdrawableWei: "7" });
  const told = { [abilitiesHeader]: abilities.join(",") };
  expect(got).toMatchObject([
    { authorization: "Bearer first", ...told },
    { authorization: "Bearer second", ...told },
  ]);
});
