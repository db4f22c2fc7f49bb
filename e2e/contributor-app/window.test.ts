import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "@trainchain/testing";
import { attachToBrowser, findInstalledBrowser, openBrowser } from "@trainchain/testing/browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildScreens } from "../../scripts/build-screens.ts";
import { launchContributorApp, startContributorApp } from "./app-process.ts";

let folder: string;
const browsers: Browser[] = [];
const installed = findInstalledBrowser();
const flags = "--headless=new --no-sandbox --disable-gpu --no-first-run --remote-debugging-port=0";
const starts = () => join(folder, "starts");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-window-"));
  await buildScreens();
});

afterAll(async () => {
  // A browser that was attached to outlives its connection: it has to be asked, and may be gone before it answers.
  for (const browser of browsers.filter((one) => one.isConnected())) {
    const session = await browser.newBrowserCDPSession();
    await Promise.all([
      new Promise((closed) => browser.once("disconnected", closed)),
      session.send("Browser.close").catch(() => undefined),
    ]);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

/**
 * What PATH finds as chromium: this machine's own, without a screen and with a profile of its own for each start; the
 * addresses that it was started with are written down.
 */
async function putBrowserOnPath(): Promise<string> {
  const bin = join(folder, "bin");
  await mkdir(bin);
  const script = `#!/bin/sh
printf '%s\\n' "$@" >> '${starts()}'
profile='${folder}'/profile-$(wc -l < '${starts()}')
${installed ? `exec '${installed}' ${flags} --user-data-dir="$profile" "$@"` : ""}
`;
  await writeFile(join(bin, "chromium"), script);
  await chmod(join(bin, "chromium"), 0o755);
  return `${bin}:/usr/bin:/bin`;
}

/** The page of the n-th window that the app opened; where only a headless shell is at hand, it is opened there. */
async function windowOf(start: number): Promise<Page> {
  const opened = await waitFor(`window ${start} to be opened`, async () => {
    const lines = (await readFile(starts(), "utf8")).trim().split("\n");
    return lines.length === start && lines[start - 1];
  });
  expect(opened).toMatch(/^--app=http:\/\/127\.0\.0\.1:\d+\/#open=[\w-]+$/);
  const browser = await (installed ? attachToBrowser(join(folder, `profile-${start}`)) : openBrowser());
  browsers.push(browser);
  if (installed)
    return waitFor("the window", async () =>
      browser
        .contexts()
        .flatMap((context) => context.pages())
        .find((page) => page.url().startsWith("http://127.0.0.1")),
    );
  const page = await browser.newPage();
  await page.goto(opened.slice("--app=".length));
  return page;
}

it("the app opens in a window of its own; started again it opens another window of the one that runs", async () => {
  const options = {
    apiUrl: "http://127.0.0.1:9",
    dataDir: join(folder, "data"),
    env: { PATH: await putBrowserOnPath() },
    opens: true,
  };
  const app = await startContributorApp(options);
  const first = await windowOf(1);
  await first.getByRole("heading", { name: "Earn with your machine" }).waitFor();
  await first.getByText("The platform cannot be reached").waitFor();
  if (installed)
    expect(await first.evaluate(() => matchMedia("(display-mode: standalone)").matches)).toBe(true);

  const second = await launchContributorApp(options);
  expect(await second.exited).toBe(0);
  expect(await second.lastLines()).toContain(`The app runs already, at ${app.origin}/`);
  const other = await windowOf(2);
  await other.getByRole("heading", { name: "Earn with your machine" }).waitFor();

  await first.close();
  expect((await fetch(`${app.origin}/api/state`)).status).toBe(401);
  await app.stop();
  await other.getByText("The app on this machine does not answer").waitFor();
  await expect(readFile(join(options.dataDir, "running.json"))).rejects.toThrow("ENOENT");
});
