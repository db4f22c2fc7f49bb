/** pip's settings that uv knows under another name; uv does not read PIP_*. */
const uvNames: Record<string, string> = {
  PIP_INDEX_URL: "UV_DEFAULT_INDEX",
  PIP_EXTRA_INDEX_URL: "UV_INDEX",
  PIP_FIND_LINKS: "UV_FIND_LINKS",
  PIP_CERT: "SSL_CERT_FILE",
  PIP_DEFAULT_TIMEOUT: "UV_HTTP_TIMEOUT",
  PIP_TRUSTED_HOST: "UV_INSECURE_HOST",
};

/** Settings where pip separates several values by spaces and uv by commas. */
const commaSeparated = new Set(["UV_FIND_LINKS"]);

/**
 * The environment for a run of uv: the caller's, with pip's settings handed on where uv has none of its own.
 */
export function uvEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const result: NodeJS.ProcessEnv = { ...env, UV_NO_PROGRESS: "1", UV_PYTHON_PREFERENCE: "system" };
  for (const [pipName, uvName] of Object.entries(uvNames)) {
    const value = env[pipName]?.trim();
    if (!value || env[uvName]) continue;
    result[uvName] = commaSeparated.has(uvName) ? value.split(/\s+/).join(",") : value;
  }
  // To pip, indexes are one place with many versions; to uv, the first that knows a name is the only one for it.
  if (result.UV_INDEX && !env.UV_INDEX) result.UV_INDEX_STRATEGY ??= "unsafe-best-match";
  return result;
}

/** The environment for a run of pip into a folder: the caller's, whatever the system's Python wants of pip otherwise. */
export function pipEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PIP_USER: "0", PIP_BREAK_SYSTEM_PACKAGES: "1" };
}
