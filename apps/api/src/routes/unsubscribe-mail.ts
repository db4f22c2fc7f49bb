import { createRoute } from "@hono/zod-openapi";
import { refuseWebhook } from "@trainchain/db/market";
import type { Deps } from "../deps.ts";
import { errors, writeErrors } from "../http/responses.ts";
import { routeApp } from "../http/route-app.ts";
import { assertMailToken, mailboxDigestOf, mailLinkRequest } from "../notices/mail-links.ts";
import { mailPage, pageAnswer } from "../notices/mail-page.ts";

const shared = { path: "/mail/{id}/unsubscribe", tags: ["me"], request: mailLinkRequest };

const page = createRoute({
  ...shared,
  method: "get",
  operationId: "askToUnsubscribeMail",
  summary: "A page that asks whether an e-mail address is to get nothing more",
  responses: { 200: pageAnswer("A page with a button, which changes nothing"), ...errors(400, 404) },
});

const end = createRoute({
  ...shared,
  method: "post",
  operationId: "unsubscribeMail",
  summary: "Send nothing more to an e-mail address; what List-Unsubscribe in each e-mail names (RFC 8058)",
  responses: {
    200: pageAnswer("Nothing more is sent, also where it was so before"),
    ...writeErrors(400, 404),
  },
});

/** The link at the end of every e-mail, and what a mail program calls for whoever reads it. */
export function unsubscribeMail({ connection, keyRing }: Deps) {
  return routeApp()
    .openapi(page, async (c) => {
      await assertMailToken({ keyRing }, c.req.valid("param").id, c.req.valid("query").token);
      return mailPage(c, { text: "Send nothing more to this e-mail address?", button: "Send nothing more" });
    })
    .openapi(end, async (c) => {
      const { id } = c.req.valid("param");
      await assertMailToken({ keyRing }, id, c.req.valid("query").token);
      await connection.db.transaction((tx) => refuseWebhook(tx, id, mailboxDigestOf));
      return mailPage(c, { text: "Nothing more is sent to this e-mail address." });
    });
}
