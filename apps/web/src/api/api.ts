import { createApiClient } from "@trainchain/api-client";
import { apiUrl } from "./api-url.ts";
import { fetchFromPlatform } from "./fetch-from-platform.ts";

/**
 * The platform's API. The session is an HttpOnly cookie: no script of ours ever holds its token. A site that is served
 * from another host than its API was built with VITE_API_URL.
 */
export const api = createApiClient({
  baseUrl: apiUrl,
  keepToken: false,
  fetch: fetchFromPlatform,
});
