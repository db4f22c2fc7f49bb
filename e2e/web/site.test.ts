import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { roles, testWallet } from "@trainchain/testing";
import { expectNoAxeViolations } from "@trainchain/testing/browser";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crawlLinks } from "./crawl-links.ts";
import { addContributors, openRunningJob, type SiteWorld, startSiteWorld } from "./site-world.ts";

let world: SiteWorld;
beforeAll(async () => {
  world = await startSiteWorld();
  await openRunningJob(world);
  await addContributors(world, 40);
});
afterAll(() => world?.stop());

const h1 = (page: Page) => page.getByRole("heading", { level: 1 });
const connect = (page: Page) => page.getByRole("button", { name: "Connect", exact: true });
const dialog = (page: Page) => page.getByRole("dialog");
const account = (page: Page) => page.getByRole("button", { name: /Your wallet/ });

async function signIn(page: Page): Promise<void> {
  await connect(page).click();
  await account(page).waitFor();
}

describe("every address of the site", () => {
  it.each([
    ["/home", "Train a model on machines you don’t own."],
    ["/contributor-pool", "Contributor Pool"],
    ["/contributor", "Earn with your machine"],
    ["/about", "About TrainChain"],
    ["/docs", "Docs"],
    ["/docs/federation", /.+/],
    ["/contact", "Contact"],
    ["/my-profile", "Profile"],
    ["/nothing/here", "There is no such page"],
  ])(
    "%s opens directly, accessible in light and dark, quiet, and from its own host alone",
    async (path, title) => {
      const visit = await world.visit(path, { colorScheme: "light" });
      await h1(visit.page).waitFor();
      expect(await h1(visit.page).textContent()).toMatch(title);
      await visit.page.waitForLoadState("networkidle");
      await expectNoAxeViolations(visit.page);
      await visit.page.emulateMedia({ colorScheme: "dark" });
      await expectNoAxeViolations(visit.page, { only: ["color-contrast"] });
      expect(visit.complaints).toEqual([]);
      await visit.close();
    },
  );

  it.each(["/requester", "/my-requests", "/my-contributions", "/earnings"])(
    "%s opens directly and asks to connect",
    async (path) => {
      const visit = await world.visit(path);
      await visit.page
        .getByRole("heading", { name: "Connect your wallet" })
        .or(h1(visit.page))
        .first()
        .waitFor();
      expect(visit.complaints).toEqual([]);
      await visit.close();
    },
  );

  it("language models find every document as it is written, and the API, by llms.txt", async () => {
    const list = await (await fetch(`${world.apiUrl}/llms.txt`)).text();
    const addresses = [...list.matchAll(/\]\((\S+)\)/g)].map(([, address = ""]) => address);
    expect(addresses).toContain("/markdown/federation.md");
    for (const address of addresses) {
      const answer = await fetch(world.apiUrl + address);
      const type = address.endsWith(".md") ? "text/markdown" : "application/json";
      expect([address, answer.status, answer.headers.get("content-type")]).toEqual([
        address,
        200,
        expect.stringContaining(type),
      ]);
    }
  });

  it("leads from the bare host to the start page, whose first load is at most 125 KB of script, compressed", async () => {
    const visit = await world.visit("/");
    await visit.page.waitForURL("**/home");
    await visit.page.waitForLoadState("networkidle");
    const scripts = await visit.page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .map(({ name }) => name)
        .filter((name) => name.endsWith(".js")),
    );
    const sizes = await Promise.all(
      scripts.map(async (url) => gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).length),
    );
    const sizeBytes = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`first load: ${scripts.length} scripts, ${(sizeBytes / 1000).toFixed(1)} kB gzipped`);
    expect(sizeBytes).toBeLessThanOrEqual(125_000);
    await visit.close();
  });

  it("and every link and anchor on it, the documents' too, leads somewhere", async () => {
    const { page, close } = await world.visit("/home");
    const own = ["/requester", "/my-requests", "/my-contributions", "/earnings", "/my-profile"];
    const { pages, anchors, dead } = await crawlLinks(page, world.apiUrl, ["/home", ...own]);
    expect(dead).toEqual([]);
    expect(pages.filter((path) => path.startsWith("/docs/")).length).toBeGreaterThan(12);
    expect(pages).toContain("/contributors/…");
    expect(anchors).toContain("/home#main");
    await close();
  });

  it.each([
    ["/home", "Paid to contributors"],
    ["/contributor-pool", "Show more"],
    ["/browse-jobs", "Job 1"],
    ["/job/1", "On the chain"],
  ])("%s asks what it shows once, before its own script is there", async (path, shown) => {
    const { page, close } = await world.visit("/contact");
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.resourceType() === "fetch") asked.push(request.url());
    });
    await page.goto(world.apiUrl + path);
    await page.getByText(shown).first().waitFor();
    await page.waitForFunction(() => !document.querySelector("main [class*=shimmer]"));
    expect(asked).toEqual([...new Set(asked)]);
    const left = await page.evaluate(() => {
      const { earlyAnswers } = window as { earlyAnswers?: Map<string, unknown> };
      return [...(earlyAnswers?.keys() ?? ["no early script"])];
    });
    expect(left).toEqual([]);
    await close();
  });

  it.each([
    ["/browse-jobs", "0.5 POL", "≈ 0.23 USD"],
    ["/job/1", "1 POL", "≈ 0.45 USD"],
  ])(
    "%s says of %s about what it is worth, where the operator named a source of prices",
    async (path, pol, worth) => {
      const { page, close } = await world.visit(path);
      await page.getByText(pol, { exact: true }).first().waitFor();
      await page.getByText(worth, { exact: true }).first().waitFor();
      await close();
    },
  );

  it("shows what a job is where its link is sent to somebody", async () => {
    const page = await (await fetch(`${world.apiUrl}/job/1`)).text();
    expect(page).toMatch(/<meta property="og:title" content="[^"]* · job 1 on TrainChain" \/>/);
    expect(page).toMatch(/<meta property="og:description" content="[^"]* is paid 0\.\d+ POL\. /);
    expect(await (await fetch(`${world.apiUrl}/job/999`)).text()).not.toContain("og:title");
  });

  it("is a page's or the API's, never both", async () => {
    const source = await readFile(new URL("../../apps/web/src/router.tsx", import.meta.url), "utf8");
    const pages = [...source.matchAll(/path: "\/([^/"$]+)/g)].map((match) => match[1] ?? "");
    const { paths } = (await (await fetch(`${world.apiUrl}/openapi.json`)).json()) as { paths: object };
    const apiSegments = new Set(Object.keys(paths).map((path) => path.split("/")[1]));
    expect(pages.length).toBeGreaterThan(10);
    expect(pages.filter((page) => apiSegments.has(page))).toEqual([]);
    expect((await fetch(`${world.apiUrl}/jobs/none/of/these`)).status).toBe(404);
  });

  it("may not be framed, nor load anything that is not its own, nor call anybody but a hub that is asked for", async () => {
    const answer = await fetch(`${world.apiUrl}/home`);
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(await answer.text())?.[1];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(
      "connect-src 'self' https://huggingface.co https://*.huggingface.co https://*.hf.co;",
    );
  });
});

describe("navigation", () => {
  it("marks the open page, moves without a reload, and gives the new page the focus", async () => {
    const { page, close } = await world.visit("/home");
    const nav = page.getByRole("navigation", { name: "Main" });
    await nav.getByRole("link", { name: "Contributor Pool" }).click();
    await page.getByRole("heading", { level: 1, name: "Contributor Pool" }).waitFor();
    const current = nav.locator('[aria-current="page"]');
    expect(await current.allTextContents()).toEqual(["Contributor Pool"]);
    expect(await page.title()).toBe("Contributor Pool · TrainChain");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    expect(await page.evaluate(() => performance.getEntriesByType("navigation").length)).toBe(1);
    await close();
  });

  it("folds into a menu on a phone, with My Requests only for who is connected", async () => {
    const { page, close } = await world.visit("/home", {
      viewport: { width: 390, height: 800 },
      walletOf: roles.stranger,
    });
    const menu = page.getByRole("navigation", { name: "Menu" });
    const open = page.getByRole("button", { name: "Open the menu" });
    await open.click();
    expect(await menu.getByRole("link").allTextContents()).not.toContain("My Requests");
    await expectNoAxeViolations(page);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /the menu/ }).click();
    await page.keyboard.press("Escape");
    await signIn(page);
    await page.getByRole("button", { name: "Open the menu" }).click();
    await menu.getByRole("link", { name: "My Requests" }).click();
    await page.waitForURL("**/my-requests");
    await menu.waitFor({ state: "hidden" });
    await close();
  });

  it("keeps the chosen theme", async () => {
    const { page, close } = await world.visit("/about", { colorScheme: "light" });
    await h1(page).waitFor();
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    const toggle = page.getByRole("button", { name: /^Theme/ });
    await toggle.click();
    expect(await background()).toBe(light);
    await toggle.click();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await background()).toBe(dark);
    await close();
  });

  it("says when the connection is lost", async () => {
    const { page, close } = await world.visit("/about");
    await h1(page).waitFor();
    await page.context().setOffline(true);
    await page.getByText("You are offline").waitFor();
    await page.context().setOffline(false);
    await page.getByText("You are offline").waitFor({ state: "hidden" });
    await close();
  });
});

describe("an API that is slow or fails", () => {
  const broken = {
    status: 500,
    json: { error: { code: "internal", message: "it broke", fix: null, requestId: "r-17" } },
  };

  it.each([
    ["/home", "**/totals", "Paid to contributors"],
    ["/contributor-pool", "**/jobs/contributor-pool?*", "Show more"],
    ["/browse-jobs", "**/jobs?*", "Job 1"],
    ["/job/1", "**/jobs/1", "What happens next"],
  ])("%s says that it waits, then what failed, and goes on when asked again", async (path, asked, shown) => {
    const { page, close } = await world.visit("/contact");
    const held = Promise.withResolvers<void>();
    await page.route(asked, async (route) => {
      await held.promise;
      await route.fulfill(broken);
    });
    await page.goto(world.apiUrl + path);
    await page
      .getByRole("status")
      .filter({ hasText: /load|on their way/i })
      .waitFor();
    await expectNoAxeViolations(page);
    held.resolve();
    await page.getByText("r-17").waitFor();
    await expectNoAxeViolations(page);
    await page.unroute(asked);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText(shown).first().waitFor();
    await close();
  });

  it("that cannot be reached is said in a visitor's words, and asked again", async () => {
    const { page, close } = await world.visit("/about");
    await page.route("**/jobs?*", (route) => route.abort());
    await page.goto(`${world.apiUrl}/browse-jobs`);
    await page.getByText("The platform does not answer").waitFor();
    await page.unroute("**/jobs?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Job 1").waitFor();
    await close();
  });

  it.each([
    ["/job/999", "There is no such job", "Open jobs"],
    ["/contributors/nobody", "There is no such contributor", "All contributors"],
  ])("that knows nothing of %s leads on to what there is", async (path, title, link) => {
    const { page, close } = await world.visit(path);
    await page.getByRole("heading", { name: title }).waitFor();
    await expectNoAxeViolations(page);
    await page.getByRole("main").getByRole("link", { name: link }).click();
    await page
      .getByText(/Job 1|Jobs completed/)
      .first()
      .waitFor();
    await close();
  });

  it("that stops answering later leaves what is shown in its place", async () => {
    const { page, close } = await world.visit("/contact");
    await page.clock.install();
    await page.goto(`${world.apiUrl}/browse-jobs`);
    await page.getByText("Job 1").waitFor();
    await page.route("**/jobs?*", (route) => route.fulfill(broken));
    // The list is asked for again every 15 seconds; by the second refusal the first one was taken in.
    for (let refusals = 0; refusals < 2; refusals++) {
      const refused = page.waitForResponse((answer) => answer.url().includes("/jobs?"));
      await page.clock.fastForward(16_000);
      await refused;
    }
    await page.getByText("Job 1").waitFor();
    await close();
  });
});

describe("a wallet", () => {
  it("that declines is told so and may try again; then the wanted page opens and has the focus", async () => {
    const { page, wallet, complaints, close } = await world.visit("/my-profile", {
      walletOf: roles.requester,
    });
    wallet?.rejectNext();
    await page.getByRole("button", { name: "Connect wallet" }).click();
    await dialog(page).getByRole("button", { name: "Test Wallet" }).waitFor();
    await dialog(page).getByText("You declined the request", { exact: false }).waitFor();
    await expectNoAxeViolations(page);
    await dialog(page).getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Your record" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "main");
    expect(new URL(page.url()).pathname).toBe("/my-profile");
    await page.reload();
    await page.getByRole("heading", { name: "Your record" }).waitFor();
    await expectNoAxeViolations(page);
    expect(complaints).toEqual([]);
    expect(await page.evaluate(() => document.cookie)).toBe("");
    await close();
  });

  it("on another network is asked to switch, and what it lacks is added", async () => {
    const { page, wallet, close } = await world.visit("/home", {
      walletOf: roles.stranger,
      walletChainId: 1,
    });
    await signIn(page);
    expect(wallet?.requests).toContain("wallet_switchEthereumChain");
    await close();
  });

  it("that changes its account is signed out, and can sign in as the other", async () => {
    const { page, wallet, close } = await world.visit("/my-profile", { walletOf: roles.requester });
    await signIn(page);
    await page.getByText(testWallet(roles.requester).address.toLowerCase()).waitFor();
    await wallet?.setAccount(testWallet(roles.stranger));
    await page.getByText("switched to another account").waitFor();
    await dialog(page).getByRole("button", { name: "Test Wallet" }).click();
    await page.getByText(testWallet(roles.stranger).address.toLowerCase()).waitFor();
    await close();
  });

  it("signs out in every tab", async () => {
    const { page, close } = await world.visit("/home", { walletOf: roles.requester });
    await signIn(page);
    const other = await page.context().newPage();
    await other.goto(`${world.apiUrl}/my-profile`);
    await account(other).waitFor();
    await account(page).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await connect(page).waitFor();
    await connect(other).waitFor();
    const cookies = await page.context().cookies();
    expect(cookies.filter(({ name }) => name === "trainchain_session")).toEqual([]);
    await close();
  });

  it("is chosen where there are several", async () => {
    const { page, wallet, close } = await world.visit("/home", { walletOf: roles.stranger });
    await page.addInitScript(announceAnotherWallet);
    await page.reload();
    await connect(page).click();
    await dialog(page).getByRole("button", { name: "Another Wallet" }).waitFor();
    await expectNoAxeViolations(page);
    expect(wallet?.requests).not.toContain("eth_requestAccounts");
    await dialog(page).getByRole("button", { name: "Test Wallet" }).click();
    await account(page).waitFor();
    await close();
  });

  it("that is not there is explained", async () => {
    const { page, close } = await world.visit("/home");
    await connect(page).click();
    await dialog(page).getByText("No wallet found in this browser").waitFor();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    await close();
  });
});

it("on a phone without a wallet, the page that is open is offered to the wallets that have a browser", async () => {
  const userAgent =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148";
  const { page, close } = await world.visit("/job/1?tab=a%26b", { userAgent });
  await connect(page).click();
  const to = (name: string) => dialog(page).getByRole("link", { name }).first().getAttribute("href");
  await dialog(page).getByText("open this page inside your wallet").waitFor();
  const { host, href } = await page.evaluate(() => ({ host: location.host, href: location.href }));
  expect(href).toContain("?tab=");
  // MetaMask takes the address as it is, without its scheme; the others take it as a value.
  const [, search] = href.split("?");
  expect(await to("MetaMask")).toBe(`https://link.metamask.io/dapp/${host}/job/1?${search}`);
  for (const [name, parameter] of [
    ["Trust Wallet", "url"],
    ["Coinbase Wallet", "cb_url"],
  ] as const) {
    const link = new URL((await to(name)) ?? "");
    expect([...link.searchParams].find(([key]) => key === parameter)?.[1]).toBe(href);
  }
  await close();
});

describe("the contributor pool", () => {
  const column = (page: Page, index: number) => page.locator(`tbody td:nth-child(${index})`);

  it("shows live counts from the chain on the start page", async () => {
    const { page, close } = await world.visit("/home");
    await page.getByText("2 training now").waitFor();
    await page.getByText("42", { exact: true }).waitFor();
    await close();
  });

  it("sorts, searches and pages without telling a full wallet", async () => {
    const { page, complaints, close } = await world.visit("/contributor-pool");
    await column(page, 2).first().waitFor();
    expect(await page.locator("tbody tr").count()).toBe(25);
    expect((await column(page, 3).allTextContents()).slice(0, 3)).toEqual(["40", "39", "38"]);
    expect(await column(page, 2).first().textContent()).toBe("1,000 POL or more, by 1 requester");
    await page.getByRole("button", { name: "Show more" }).click();
    await page.locator("tbody tr").nth(41).waitFor();
    expect(await page.getByRole("button", { name: "Show more" }).count()).toBe(0);
    expect(await page.getByText("Training now").count()).toBe(2);
    expect(await page.content()).not.toContain("0001".repeat(10));

    await page.getByRole("button", { name: "Member since" }).click();
    await page.locator("th[aria-sort=ascending]").getByText("Member since").waitFor();

    await page.getByRole("searchbox").fill("8–16GB");
    await page.locator("tbody tr").nth(1).waitFor({ state: "detached" });
    await page.getByText("measured", { exact: true }).waitFor();
    await page.getByRole("searchbox").fill("no such thing");
    await page.getByText("Nobody matches").waitFor();
    await expectNoAxeViolations(page);
    expect(complaints).toEqual([]);
    await close();
  });

  it("leads to a contributor's profile", async () => {
    const { page, complaints, close } = await world.visit("/contributor-pool");
    await page
      .getByRole("link", { name: /^Profile of/ })
      .first()
      .click();
    await page.waitForURL("**/contributors/*");
    await page.getByRole("heading", { name: "No closed job yet" }).waitFor();
    await expectNoAxeViolations(page);
    await page.reload();
    await page.getByRole("heading", { name: "No closed job yet" }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it("asks a new contributor once for its GPU tier, which the pool shows", async () => {
    const { page, close } = await world.visit("/contributor", { walletOf: roles.firstContributor });
    await signIn(page);
    await dialog(page).getByLabel("GPU tier").selectOption("Apple Silicon");
    await expectNoAxeViolations(page);
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await page.goto(`${world.apiUrl}/contributor-pool`);
    await page.getByRole("searchbox").fill("apple");
    await page.getByRole("cell", { name: "Apple Silicon" }).waitFor();
    await page.goto(`${world.apiUrl}/contributor`);
    await h1(page).waitFor();
    await page.waitForLoadState("networkidle");
    expect(await dialog(page).count()).toBe(0);
    await close();
  });
});

/** Runs in the page: a wallet beside the test's own, which nobody is to ask. */
function announceAnotherWallet(): void {
  const icon = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";
  const info = {
    uuid: "0d9d7a5e-58b4-4a44-a6fb-8a2c1d4c5e77",
    name: "Another Wallet",
    icon,
    rdns: "test.another",
  };
  const provider = {
    request: () => Promise.reject(new Error("nobody was to ask it")),
    on() {},
    removeListener() {},
  };
  const detail = Object.freeze({ info, provider });
  const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
}
