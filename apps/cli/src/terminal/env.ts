// Read by every command, so it loads nothing.

/** Whether a fault of our own is told with where it is. */
export const isDebugging = (): boolean => Boolean(process.env.DEBUG);

/** What is typed before a command's words: npm's script, where that is how this one was started. */
export const commandName = (): string =>
  process.env.npm_lifecycle_event === "trainchain" ? "npm run trainchain --" : "trainchain";
