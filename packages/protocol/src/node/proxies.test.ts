import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { withDirectLoopback } from "./proxies.ts";

let asked: string[];
const proxy = createServer((request, response) => {
  asked.push(request.url ?? "");
  response.writeHead(403).end();
}).on("connect", (request, socket) => {
  asked.push(request.url ?? "");
  socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
});
const self = createServer((_, response) => response.end("direct"));
const portOf = (server: typeof proxy) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  await Promise.all([
    once(proxy.listen(0, "127.0.0.1"), "listening"),
    once(self.listen(0, "::"), "listening"),
  ]);
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  proxy.close();
  self.close();
});

/** What a process of its own gets at addresses, by fetch and by http.get, once it uses the proxies of `env`. */
async function get(urls: string[], env: Record<string, string>): Promise<string[]> {
  const program = `
    import http from "node:http";
    import { useProxies } from ${JSON.stringify(new URL("./proxies.ts", import.meta.url).href)};
    useProxies();
    const ways = [
      (url) => fetch(url).then((answer) => answer.text()),
      (url) => new Promise((resolve, reject) => {
        const request = http.get(url, (answer) => answer.setEncoding("utf8").once("data", resolve).once("end", resolve));
        request.once("error", reject);
      }),
    ];
    for (const url of JSON.parse(process.argv[1]))
      for (const way of ways) console.log(String(await way(url).catch(() => "failed")) || "nothing");
    process.exit();`;
  const { PATH } = process.env;
  const args = ["--input-type=module", "-e", program, JSON.stringify(urls)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH, ...env } });
  return stdout.trim().split("\n");
}

it.each([
  ["HTTP_PROXY", {}],
  ["http_proxy", { NO_PROXY: "intranet.example" }],
  ["HTTP_PROXY", { NODE_USE_ENV_PROXY: "1", no_proxy: "" }],
])("reaches others through %s, and this machine never, with %j", async (name, more) => {
  const env = { [name]: `http://127.0.0.1:${portOf(proxy)}`, ...more };
  const here = ["127.0.0.1", "localhost", "[::1]"].map((host) => `http://${host}:${portOf(self)}/`);
  expect(await get(here, env)).toEqual(Array(6).fill("direct"));
  expect(asked).toEqual([]);
  await get(["http://elsewhere.example/"], env);
  expect(asked).toEqual(["elsewhere.example:80", "http://elsewhere.example/"]);
});

it("goes past the proxy where NO_PROXY says so, to everybody with *", async () => {
  const env = { HTTP_PROXY: `http://127.0.0.1:${portOf(proxy)}` };
  await get(["http://intranet.invalid/"], { ...env, NO_PROXY: "intranet.invalid" });
  await get(["http://intranet.invalid/"], { ...env, NO_PROXY: "*" });
  expect(asked).toEqual([]);
});

it("tells a program that it starts to go past the proxy to this machine, in words that all of them understand", () => {
  const HTTPS_PROXY = "http://proxy.example:3128";
  const direct = (env: NodeJS.ProcessEnv) => withDirectLoopback(env).no_proxy;
  expect(direct({ HTTPS_PROXY })).toBe("localhost,127.0.0.1,::1");
  expect(direct({ HTTPS_PROXY, NO_PROXY: "a.example, [::1],localhost" })).toBe(
    "a.example,localhost,127.0.0.1,::1",
  );
  expect(withDirectLoopback({ HTTPS_PROXY, NO_PROXY: "*" })).toEqual({ HTTPS_PROXY, NO_PROXY: "*" });
  expect(withDirectLoopback({ PATH: "/bin" })).toEqual({ PATH: "/bin" });
});
