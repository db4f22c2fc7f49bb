import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { unpackChromium } from "./unpack-chromium.ts";
import { waitFor } from "./wait-for.ts";

export { installTestWallet, type TestWallet, type TestWalletOptions } from "./test-wallet.ts";

const flags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/**
 * A headless browser: the Chrome, Chromium or Edge of this machine, else the one from npm (Linux on x86-64).
 * Close it when done. Throws where there is neither.
 */
export async function openBrowser(): Promise<Browser> {
  const installed = findInstalledBrowser();
  const { executablePath, env } = installed ? { executablePath: installed, env: {} } : await unpackChromium();
  // Root has no user namespace to build Chromium's sandbox in; the pages opened here are our own.
  const sandbox = process.getuid?.() === 0 || !installed ? ["--no-sandbox", "--no-zygote"] : [];
  return chromium.launch({
    executablePath,
    args: [...flags, ...sandbox],
    env: { ...process.env, ...env },
  });
}

/**
 * How long a page is waited for, in milliseconds: training, merge and evaluation may lie in between, on a machine that
 * may be busy. A wait ends with what it waits for, so patience costs only where a test fails.
 */
const patience = 540_000;

/** A session of its own, whose pages are still: without transitions, a colour that is read is the colour that stays. */
export async function openSession(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(patience);
  return context;
}

/** The browser that runs with this profile and was started with a debugging port. */
export async function attachToBrowser(profileDir: string): Promise<Browser> {
  const port = await waitFor(
    "the browser to listen",
    async () => (await readFile(join(profileDir, "DevToolsActivePort"), "utf8")).split("\n")[0],
  );
  return chromium.connectOverCDP(`http://127.0.0.1:${port}`);
}

/**
 * Throws unless axe finds nothing on the page as it is now (WCAG 2.2 A and AA, and its best practices). The message
 * names each rule, the elements that break it and how. The page must come from `browser.newContext()`.
 */
export async function expectNoAxeViolations(
  page: Page,
  /** Only these rules, such as "color-contrast" for a page that was checked whole in another theme. */
  { only }: { only?: string[] } = {},
): Promise<void> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (only
    ? axe.withRules(only)
    : axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
  ).analyze();
  if (violations.length === 0) return;
  const lines = violations.flatMap(({ id, help, nodes }) => [
    `${id}: ${help}`,
    ...nodes.map(({ target, failureSummary }) => `    ${target.join(" ")}: ${failureSummary}`),
  ]);
  throw new Error(`${page.url()} breaks ${violations.length} accessibility rules:\n${lines.join("\n")}`);
}

/**
 * Throws where for minutes the page, or a box within it that is no text, must be moved sideways to be seen in a phone's width or in
 * that of half a small screen.
 */
export async function expectFitsNarrowWindows(page: Page): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 720 };
  for (const width of [390, 640]) {
    await page.setViewportSize({ width, height: 844 });
    let wide: string[] = [];
    // What is drawn to its box's width, as a chart is, follows a moment after the box.
    await waitFor("the page to fit", async () => {
      wide = await page.evaluate(findSidewaysBoxes);
      return wide.length === 0;
    }).catch((cause: unknown) => {
      const hidden = `${page.url()}, ${width} px wide, hides to the right: ${wide.join(", ")}`;
      throw new Error(hidden, { cause });
    });
  }
  await page.setViewportSize(before);
}

/** Runs in the page. */
function findSidewaysBoxes(): string[] {
  return [...document.querySelectorAll("html, body, body *:not(pre, input, textarea)")]
    .filter(({ scrollWidth, clientWidth }) => clientWidth > 1 && scrollWidth > clientWidth + 1)
    .filter((box) => box === document.documentElement || /auto|scroll/.test(getComputedStyle(box).overflowX))
    .map((box) => `${box.tagName.toLowerCase()} "${box.textContent?.trim().slice(0, 40)}"`);
}

/** The Chrome, Chromium or Edge of this machine; undefined where there is none. */
export function findInstalledBrowser(): string | undefined {
  return browserPaths().find((path) => existsSync(path));
}

function browserPaths(): string[] {
  switch (process.platform) {
    case "darwin":
      return ["Google Chrome", "Chromium", "Microsoft Edge"].map(
        (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
      );
    case "win32":
      return [process.env.ProgramFiles, process.env["ProgramFiles(x86)"], process.env.LOCALAPPDATA]
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => [
          join(folder, "Google", "Chrome", "Application", "chrome.exe"),
          join(folder, "Microsoft", "Edge", "Application", "msedge.exe"),
        ]);
    default:
      return ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"].map(
        (name) => `/usr/bin/${name}`,
      );
  }
}
