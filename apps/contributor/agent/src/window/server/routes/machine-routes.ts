import { appSettingsSchema, setUpSchema, takeByItselfSchema } from "@trainchain/protocol";
import { Hono } from "hono";
import type { ContributorApp } from "../../create-app.ts";
import { readBody } from "../read-body.ts";

/** The training environment and the limits of the machine. */
export function machineRoutes(app: ContributorApp) {
  return new Hono()
    .post("/setup", async (c) => {
      const { action } = await readBody(c, setUpSchema);
      if (action === "start") app.environment.start();
      else if (action === "repair") app.environment.repair();
      else app.resetEnvironment();
      return c.body(null, 202);
    })
    .get("/setup/log", (c) => c.json({ lines: app.environmentLog() }))
    .put("/settings", async (c) => {
      await app.changeSettings(await readBody(c, appSettingsSchema));
      return c.body(null, 204);
    })
    .put("/taking", async (c) => {
      const { rule, key } = await readBody(c, takeByItselfSchema);
      await app.takeByItself(rule, key);
      return c.body(null, 204);
    })
    .delete("/taking", async (c) => {
      await app.stopTaking();
      return c.body(null, 204);
    });
}
