import { askSignInSchema, loginSchema } from "@trainchain/protocol";
import { Hono } from "hono";
import type { ContributorApp } from "../../create-app.ts";
import { readBody } from "../read-body.ts";

/** Signing in and out with the browser's wallet. The platform's token stays on this side. */
export function sessionRoutes(app: ContributorApp, origin: () => string) {
  return new Hono()
    .post("/session/message", async (c) => {
      const { wallet } = await readBody(c, askSignInSchema);
      return c.json({ message: await app.askSignIn(wallet, origin()) });
    })
    .post("/session", async (c) => {
      const { signature } = await readBody(c, loginSchema.pick({ signature: true }));
      await app.signIn(signature);
      return c.body(null, 204);
    })
    .delete("/session", async (c) => {
      await app.signOut();
      return c.body(null, 204);
    });
}
