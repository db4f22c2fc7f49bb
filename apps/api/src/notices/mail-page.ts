import type { Context } from "hono";
import { html } from "hono/html";
import type { AppEnv } from "../http/app-env.ts";

const style =
  "body{font:1.1rem/1.5 system-ui;max-width:34rem;margin:15vh auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem}";

/**
 * What a link of an e-mail shows, from the API itself, as not every platform serves the site. Opening it changes
 * nothing, because mail servers open links too: only its button does.
 */
export function mailPage(c: Context<AppEnv>, { text, button }: { text: string; button?: string }) {
  c.header("cache-control", "no-store");
  c.header(
    "content-security-policy",
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  );
  const form = button ? html`<form method="post"><button>${button}</button></form>` : "";
  return c.html(
    html`<!doctype html><html lang="en"><meta charset="utf-8" /><meta name="viewport" content="width=device-width" /><title>TrainChain</title><style>${style}</style><main><h1>TrainChain</h1><p>${text}</p>${form}</main></html>`,
    200,
  );
}

/** As the document of the API describes it. */
export function pageAnswer(description: string) {
  return { description, content: { "text/html": { schema: { type: "string" as const } } } };
}
