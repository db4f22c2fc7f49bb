import { randomBytes } from "node:crypto";
import type { AppOptions } from "./app-options.ts";
import { createApp } from "./create-app.ts";
import { askForCode, findLaunch, removeLaunch, windowUrl, writeLaunch } from "./launch-file.ts";
import { listen } from "./listen.ts";
import { openWindow } from "./open-window.ts";
import { createServer } from "./server/create-server.ts";
import { createDoorkeeper } from "./server/guard.ts";
import type { ReadAsset } from "./server/screens.ts";

export interface RunOptions extends AppOptions {
  readAsset: ReadAsset;
  port: number;
  /** Whether to open a window; else its link is printed. */
  open: boolean;
  say: (line: string) => void;
}

export interface RunningApp {
  close(): Promise<void>;
}

/** Starts the app, or opens the window of the one that runs in this folder already (then resolves with undefined). */
export async function runApp(options: RunOptions): Promise<RunningApp | undefined> {
  const { dataDir, say } = options;
  const launched = await findLaunch(dataDir);
  if (launched) {
    say(`The app runs already, at http://${launched.address}/`);
    await showWindow(options, windowUrl(launched.address, await askForCode(launched)));
    return undefined;
  }
  const app = await createApp(options);
  const token = randomBytes(32).toString("base64url");
  let address = "";
  const door = createDoorkeeper(token, () => address);
  const server = createServer({ ...options, app, door, address: () => address });
  const listening = await listen(server, options.port);
  address = `127.0.0.1:${listening.port}`;
  await writeLaunch(dataDir, { pid: process.pid, address, token });
  say(
    `TrainChain contributor is running at http://${address}/ (Ctrl-C ends it; work goes on at the next start).`,
  );
  await showWindow(options, windowUrl(address, door.issueCode()));
  let closing: Promise<unknown> | undefined;
  return {
    async close() {
      closing ??= Promise.all([removeLaunch(dataDir), app.close(), listening.close()]);
      await closing;
    },
  };
}

/** Opens the window; where none is wanted or none can be opened, its one-time link is printed instead. */
async function showWindow({ open, say }: RunOptions, url: string): Promise<void> {
  if (open && (await openWindow(url))) return;
  say(`Open this link in a browser of this machine; it works once: ${url}`);
}
