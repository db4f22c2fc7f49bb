import { createRoute } from "@hono/zod-openapi";
import { confirmWebhook } from "@trainchain/db/market";
import type { Deps } from "../deps.ts";
import { errors, writeErrors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { assertMailToken, mailLinkRequest, unknownLink, waitingSince } from "../notices/mail-links.ts";
import { mailPage, pageAnswer } from "../notices/mail-page.ts";

const shared = { path: "/mail/{id}/confirm", tags: ["me"], request: mailLinkRequest };

const page = createRoute({
  ...shared,
  method: "get",
  operationId: "askToConfirmMail",
  summary: "A page that asks whoever reads an e-mail address whether notices are to be sent there",
  responses: { 200: pageAnswer("A page with a button, which changes nothing"), ...errors(400, 404) },
});

const confirmation = createRoute({
  ...shared,
  method: "post",
  operationId: "confirmMail",
  summary: "Have notices sent to an e-mail address, as whoever reads it",
  responses: { 200: pageAnswer("They are from now on"), ...writeErrors(400, 404) },
});

/** The link of the first e-mail to an address. */
export function confirmMail({ connection, keyRing }: Deps) {
  return routeApp()
    .openapi(page, async (c) => {
      await assertMailToken({ keyRing }, c.req.valid("param").id, c.req.valid("query").token);
      const text =
        "Have the notices of a wallet sent to this e-mail address: of its jobs, deliveries and rewards?";
      return mailPage(c, { text, button: "Yes, send them" });
    })
    .openapi(confirmation, async (c) => {
      const { id } = c.req.valid("param");
      await assertMailToken({ keyRing }, id, c.req.valid("query").token);
      if (!(await confirmWebhook(connection.db, { id, waitingSince: waitingSince() }))) throw unknownLink();
      return mailPage(c, { text: "Notices arrive here from now on; each has a link that ends them." });
    });
}
