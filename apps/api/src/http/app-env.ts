import type { HttpBindings } from "@hono/node-server";
import type { RequestIdVariables } from "hono/request-id";

export interface Session {
  wallet: `0x${string}`;
  expiresAt: Date;
  tokenSha256: string;
  /** A cookie travels by itself, so its writes need proof of the page they come from. */
  from: "bearer" | "cookie";
}

export interface AppEnv {
  Bindings: Partial<HttpBindings>;
  Variables: RequestIdVariables & { session: Session | undefined };
}
