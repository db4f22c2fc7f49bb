import type { Connection } from "@trainchain/api-client";
import { apiUrl } from "./api-url.ts";
import { fetchFromPlatform } from "./fetch-from-platform.ts";

/** How the open pages ask: as nobody, but for the cookie that the browser adds. */
export const openConnection: Connection = {
  baseUrl: apiUrl,
  fetch: fetchFromPlatform,
  token: () => undefined,
};
