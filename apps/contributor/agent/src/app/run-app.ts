import { randomBytes } from "node:crypto";
import { createServer } from "../server/create-server.ts";
import type { ReadAsset } from "../server/screens.ts";
import type { AppOptions } from "./app-options.ts";
import { createApp } from "./create-app.ts";
import { findLaunch, removeLaunch, windowUrl, writeLaunch } from "./launch-file.ts";
import { listen } from "./listen.ts";
import { openWindow } from "./open-window.ts";

export interface RunOptions extends AppOptions {
  readAsset: ReadAsset;
  port: number;
  /** Whether to open a window; the address is printed in any case. */
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
    if (options.open) await openWindow(windowUrl(launched));
    return undefined;
  }
  const app = await createApp(options);
  const token = randomBytes(32).toString("base64url");
  let address = "";
  const server = createServer({ ...options, app, launchToken: token, address: () => address });
  const listening = await listen(server, options.port);
  address = `127.0.0.1:${listening.port}`;
  await writeLaunch(dataDir, { pid: process.pid, address, token });
  say(
    `TrainChain contributor is running at http://${address}/ (Ctrl-C ends it; work goes on at the next start).`,
  );
  if (options.open && !(await openWindow(windowUrl({ address, token }))))
    say("No browser could be started; start the app again on a desktop.");
  let closing: Promise<unknown> | undefined;
  return {
    async close() {
      closing ??= Promise.all([removeLaunch(dataDir), app.close(), listening.close()]);
      await closing;
    },
  };
}
