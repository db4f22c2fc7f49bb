import { afterEach, expect, test, vi } from "vitest";
import { trainerEnvironment } from "./trainer-environment.ts";
import { uvEnvironment } from "./uv-environment.ts";

afterEach(() => void vi.unstubAllEnvs());

test("what pip was told, uv is told", () => {
  const env = uvEnvironment({
    PIP_INDEX_URL: "https://mirror.example/simple",
    PIP_EXTRA_INDEX_URL: "https://a.example https://b.example",
    PIP_FIND_LINKS: "/wheels /more",
    PIP_CERT: "/ca.pem",
  });
  expect(env).toMatchObject({
    UV_DEFAULT_INDEX: "https://mirror.example/simple",
    UV_INDEX: "https://a.example https://b.example",
    UV_FIND_LINKS: "/wheels,/more",
    SSL_CERT_FILE: "/ca.pem",
  });
});

test("uv's own settings win over pip's", () => {
  expect(uvEnvironment({ PIP_FIND_LINKS: "/pip", UV_FIND_LINKS: "/uv" }).UV_FIND_LINKS).toBe("/uv");
});

test("a trainer asks the hub through the proxy that is named, and this machine never", () => {
  vi.stubEnv("HTTPS_PROXY", "http://proxy.example:3128");
  vi.stubEnv("NO_PROXY", "hub.example");
  const { HTTPS_PROXY, NO_PROXY } = trainerEnvironment();
  expect([HTTPS_PROXY, NO_PROXY]).toEqual([
    "http://proxy.example:3128",
    "hub.example,localhost,127.0.0.1,::1",
  ]);
});

test("a trainer inherits its caches and devices, and no secret", () => {
  const kept = { HF_HOME: "/models", CUDA_VISIBLE_DEVICES: "1", PATH: process.env.PATH };
  const secrets = {
    DELEGATE_KEY: "0x1",
    PINATA_JWT: "x",
    DATABASE_URL: "x",
    HF_TOKEN: "x",
    AWS_SECRET_ACCESS_KEY: "x",
  };
  for (const [name, value] of Object.entries({ ...kept, ...secrets })) vi.stubEnv(name, value);
  const env = trainerEnvironment();
  expect(env).toMatchObject(kept);
  for (const name of Object.keys(secrets)) expect(env).not.toHaveProperty(name);
});
