import http from "node:http";

/** This machine itself, as most programs want it named; none of them agrees with all others on ranges or brackets. */
const loopback = ["localhost", "127.0.0.1", "::1"];
/** How Node's fetch names the last of them. Python's httpx refuses to start on it. */
const bracketed = "[::1]";

/**
 * The environment for a program that may ask this machine itself: what goes there goes past the proxies that are named.
 * Unchanged where none is, because a NO_PROXY alone hides the system's own settings from Python.
 */
export function withDirectLoopback(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (!usesProxy(env)) return env;
  const direct = directOnes(env).filter((name) => name !== bracketed);
  const value = [...new Set([...direct, ...loopback])].join(",");
  return { ...env, NO_PROXY: value, no_proxy: value };
}

/**
 * From now on this process, and what it starts, reaches others through the proxies that HTTP_PROXY and HTTPS_PROXY
 * name, as curl, git, pip and uv do, NO_PROXY excepted and never this machine itself. Call it before the first request.
 */
export function useProxies(): void {
  if (!usesProxy(process.env)) return;
  Object.assign(process.env, withDirectLoopback(process.env));
  // Since Node 24.14; the one that the start-up script brings has it.
  http.setGlobalProxyFromEnv?.({ ...process.env, no_proxy: `${process.env.no_proxy},${bracketed}` });
}

function usesProxy(env: NodeJS.ProcessEnv): boolean {
  const names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"];
  return names.some((name) => env[name]) && !directOnes(env).includes("*");
}

function directOnes(env: NodeJS.ProcessEnv): string[] {
  const names = (env.no_proxy || env.NO_PROXY || "").split(",");
  return names.map((name) => name.trim()).filter((name) => name !== "");
}
