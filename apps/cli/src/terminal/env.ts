// Read by every command, so it loads nothing.

/** Whether a fault of our own is told with where it is. */
export const isDebugging = (): boolean => Boolean(process.env.DEBUG);

/** What npm calls the way in which this one was started, and what is typed for it before a command's words. */
const typed: Record<string, string> = { trainchain: "npm run trainchain --", npx: "npx trainchain" };

/** What is typed before a command's words. */
export const commandName = (): string => typed[process.env.npm_lifecycle_event ?? ""] ?? "trainchain";

/** Settings that this way of starting brings, for the programs started from here too; the environment's own come first. */
export function bringSettings(brought: Record<string, string>): void {
  for (const [name, value] of Object.entries(brought)) process.env[name] ||= value;
}
