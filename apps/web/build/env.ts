/** Where the API is, for a site that is served from elsewhere; by default the API serves the site itself. */
export const siteApiUrl = process.env.VITE_API_URL ?? "";

/** This process's environment for a build as it is shipped: a test runner's would put React's development build into it. */
export const productionEnv = (): NodeJS.ProcessEnv => ({ ...process.env, NODE_ENV: "production" });
