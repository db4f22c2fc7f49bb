import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { mailAddressOf, TrainChainError, webhookLimits } from "@trainchain/protocol";
import { mailTokenOf } from "@trainchain/storage";
import type { Deps } from "../deps.ts";

/** What every link in an e-mail names: an address's id, and the token that only its reader knows. */
export const mailLinkRequest = {
  params: z.object({ id: z.uuid() }),
  query: z.object({ token: z.string().max(64) }),
};

/** Passes where the token is the address's own. */
export async function assertMailToken({ keyRing }: Pick<Deps, "keyRing">, id: string, token: string) {
  const [given, own] = [Buffer.from(token), Buffer.from(await mailTokenOf(keyRing, id))];
  if (given.length !== own.length || !timingSafeEqual(given, own)) throw unknownLink();
}

export function unknownLink(): TrainChainError {
  return new TrainChainError("not-found", "this link is not good, or not any more", {
    fix: "Enter the e-mail address again, and take the link of the newest e-mail.",
  });
}

/** Addresses that were entered before this moment and not confirmed wait no longer. */
export function waitingSince(): Date {
  return new Date(Date.now() - webhookLimits.confirmMs);
}

/** One mailbox, however its address is written: capitals, dots and what follows a plus lead to the same at most providers. */
export function mailboxDigestOf(url: string): string {
  const [name = "", host = ""] = (mailAddressOf(url) ?? "").toLowerCase().split("@");
  const mailbox = `${name.replace(/\+.*$/, "").replaceAll(".", "")}@${host}`;
  return createHash("sha256").update(`trainchain/mail/${mailbox}`).digest("hex");
}
