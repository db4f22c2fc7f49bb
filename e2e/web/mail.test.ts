import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text as readAll } from "node:stream/consumers";
import { createApiClient } from "@trainchain/api-client";
import { roles, testWallet, waitFor } from "@trainchain/testing";
import { expectNoAxeViolations } from "@trainchain/testing/browser";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openRunningJob, type SiteWorld, startSiteWorld } from "./site-world.ts";

let world: SiteWorld;
const address = "somebody@example.org";
const got: { to: string; data: string }[] = [];
const server = new SMTPServer({
  authOptional: true,
  hideSTARTTLS: true,
  onData(stream, { envelope }, callback) {
    readAll(stream).then((data) => {
      // As mail programs put headers and text together again.
      const unfolded = data.replaceAll("\r\n ", " ").replaceAll("=\r\n", "").replaceAll("=3D", "=");
      got.push({ to: envelope.rcptTo.map((to) => to.address).join(), data: unfolded });
      callback();
    }, callback);
  },
});

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  world = await startSiteWorld({
    worker: { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: "notices@example.org" },
  });
});
afterAll(async () => {
  await world?.stop();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

it("a person has its notices sent by e-mail, after a click in the first, and ends them by another", async () => {
  await waitFor("a platform that sends e-mail", async () => {
    return (await createApiClient({ baseUrl: world.apiUrl }).getConfig()).sendsMail;
  });
  const { page, complaints, close } = await world.visit("/my-profile", { walletOf: roles.requester });
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByLabel("Address", { exact: true }).fill(` ${address} `);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("An e-mail is on its way").waitFor();
  await page.getByText("not confirmed").waitFor();
  await expectNoAxeViolations(page);

  const question = await waitFor("the question", async () => got[0]);
  expect(question.to).toBe(address);
  const [link = "none"] = /http\S+\/confirm\?\S+/.exec(question.data) ?? [];
  await page.goto(link);
  await expectNoAxeViolations(page);
  await page.getByRole("button", { name: "Yes, send them" }).click();
  await page.getByText("Notices arrive here from now on").waitFor();

  await page.goto(`${world.apiUrl}/my-profile`);
  const remove = page.getByRole("button", { name: `Remove ${address}` });
  await remove.waitFor();
  expect(await page.getByText("not confirmed").count()).toBe(0);

  const jobId = await openRunningJob(world);
  const told = await waitFor("who joined", async () => got.find(({ data }) => data.includes("has joined")));
  expect(told.data).toContain(`${world.apiUrl}/job/${jobId}\r\n`);
  const [, unsubscribe = "none"] = /^list-unsubscribe: <(.*)>/im.exec(told.data) ?? [];
  const body = new URLSearchParams({ "List-Unsubscribe": "One-Click" });
  expect((await fetch(unsubscribe, { method: "POST", body })).status).toBe(200);
  await page.reload();
  await page.getByLabel("Address", { exact: true }).waitFor();
  await page.waitForLoadState("networkidle");
  expect(await remove.count()).toBe(0);
  const client = createApiClient({ baseUrl: world.apiUrl });
  await client.signIn(testWallet(roles.requester));
  expect(await client.listWebhooks()).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});
