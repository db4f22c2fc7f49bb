import { createServer } from "node:net";
import { createApiClient } from "@trainchain/api-client";
import { connect } from "@trainchain/db";
import { freePort, testWallet } from "@trainchain/testing";
import { expect, it } from "vitest";
import { routeClasses } from "../http/rate-limit.ts";
import { sessionCookie } from "../http/sessions.ts";
import { createUploadStore } from "../uploads/upload-store.ts";
import { requester, storeContent } from "./fixtures.ts";
import type { DeclaredRoute } from "./observations.ts";
import { type TestApi, webOrigin } from "./start-test-api.ts";

/** Valid enough for everything that is checked before a handler runs. */
function samplePath(path: string): string {
  return path.replace("{cid}", `bafkrei${"a".repeat(52)}`).replace(/\{[^}]+\}/g, "1");
}

function declaring(api: TestApi, status: number): DeclaredRoute[] {
  return api.observations.routes().filter(({ statuses }) => statuses.includes(String(status)));
}

/** Calls every route that declares the status, in such a way that each must answer it. */
async function expectAll(
  api: TestApi,
  status: number,
  options: { at?: string; token?: string; json?: unknown; headers?: Record<string, string> },
  routes = declaring(api, status),
): Promise<void> {
  const answers = await Promise.all(
    routes.map(async ({ method, path }) => {
      const bodyless = method === "GET" || method === "HEAD";
      const { json, ...rest } = options;
      const answer = await api.call(method, samplePath(path), bodyless ? rest : options);
      return { method, path, status: answer.status };
    }),
  );
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.filter((answer) => answer.status !== status)).toEqual([]);
}

/** The dependencies with another database under them. */
async function withDatabase(api: TestApi, url: string) {
  const connection = connect(url, { poolSize: 40 });
  const { storage, limits } = api.deps;
  const uploads = await createUploadStore({
    dir: api.deps.uploads.dir,
    expiryMs: limits.uploadExpiryMs,
    db: connection.db,
    storage,
  });
  return { connection, uploads };
}

export function everyRouteBehaviour(world: () => TestApi): void {
  it("that needs a session answers 401 without one", async () => {
    const api = world();
    await expectAll(
      api,
      401,
      { json: {}, headers: { "tus-resumable": "1.0.0" } },
      declaring(api, 401).filter(({ needsSession }) => needsSession),
    );
  });

  it("that writes refuses a cookie from another site, and takes one from its own", async () => {
    const api = world();
    const { token } = await createApiClient({ baseUrl: api.baseUrl }).signIn(testWallet(requester));
    const cookie = `${sessionCookie}=${token}`;
    await expectAll(api, 403, { json: {}, headers: { cookie, origin: "https://evil.test" } });
    await expectAll(api, 403, { json: {}, headers: { cookie } });
    const own = await api.call("POST", "/auth/logout", { headers: { cookie, origin: webOrigin } });
    expect(own.status).toBe(204);
    expect(own.headers.get("access-control-allow-origin")).toBe(webOrigin);
  });

  it("that takes a body bounds it", async () => {
    const api = world();
    const token = await api.tokenOf(requester);
    const routes = declaring(api, 413).filter(({ path }) => !path.startsWith("/uploads"));
    await expectAll(api, 413, { token, json: { padding: "x".repeat(70_000) } }, routes);
  });

  it("that takes JSON takes nothing else", async () => {
    const api = world();
    const token = await api.tokenOf(requester);
    await expectAll(api, 415, { token, json: {}, headers: { "content-type": "text/plain" } });
  });

  it("takes its own methods and names them to whoever comes with another", async () => {
    const api = world();
    for (const { path, method } of api.observations.routes()) {
      if (path.startsWith("/uploads")) continue;
      const other = path === "/drafts/{id}" ? "PUT" : "PATCH";
      const answer = await api.call(other, samplePath(path));
      expect(answer, path).toMatchObject({ status: 405, body: { error: { code: "method-not-allowed" } } });
      expect(answer.headers.get("allow")?.split(", ")).toContain(method);
    }
  });

  it("bounds how often it is called, by address and by wallet", async () => {
    const api = world();
    const none = Object.fromEntries(routeClasses.map((name) => [name, { limit: 0, windowMs: 60_000 }]));
    const rates = none as TestApi["deps"]["limits"]["rates"];
    const at = await api.serveWith({ limits: { ...api.deps.limits, rates } });
    await expectAll(api, 429, { at, json: {} });
    const answer = await api.call("GET", "/jobs", { at });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("answers 503 while the database is down", async () => {
    const api = world();
    const down = await withDatabase(api, `postgres://nobody@127.0.0.1:${await freePort()}/none`);
    const at = await api.serveWith(down);
    await expectAll(api, 503, { at, token: "a-token-of-somebody-or-other", json: {} });
    await down.connection.close();
  });

  it("answers 504 while the database does not answer", async () => {
    const api = world();
    const sockets = new Set<{ destroy(): void }>();
    const silent = createServer((socket) => sockets.add(socket));
    const port = await freePort();
    await new Promise<void>((resolve) => silent.listen(port, "127.0.0.1", resolve));
    const hanging = await withDatabase(api, `postgres://nobody@127.0.0.1:${port}/none`);
    const at = await api.serveWith({ ...hanging, limits: { ...api.deps.limits, requestTimeoutMs: 50 } });
    await expectAll(api, 504, { at, token: "a-token-of-somebody-or-other", json: {} });
    for (const socket of sockets) socket.destroy();
    silent.close();
    await hanging.connection.close();
  });

  it("says nothing of the inside when something unexpected breaks", async () => {
    const api = world();
    const broken = { ...api.deps.storage, get: () => Promise.reject(new Error("the disk at /secret/place")) };
    const at = await api.serveWith({ storage: broken });
    const cid = await storeContent(api, new TextEncoder().encode("content on a broken disk"));
    const answer = await api.call("GET", `/ipfs/${cid}`, { at });
    expect(answer).toMatchObject({
      status: 500,
      body: { error: { code: "internal", requestId: expect.any(String) } },
    });
    expect(answer.text).not.toContain("secret");
    expect((await api.call("GET", "/nowhere")).body.error).toMatchObject({ code: "not-found" });
    expect((await api.call("GET", "/jobs")).headers.get("x-content-type-options")).toBe("nosniff");
  });
}
