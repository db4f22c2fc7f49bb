import type { BrowserWallet } from "@trainchain/browser-wallet";
import { z } from "zod";
import { ask, send } from "../agent/request.ts";

/** Signs in with the wallet's open account; the agent keeps the login, this window never sees it. */
export async function signIn(wallet: BrowserWallet, address: string): Promise<void> {
  await wallet.ensureNetwork();
  const { message } = await ask(z.object({ message: z.string() }), "POST", "session/message", {
    wallet: address,
  });
  await send("POST", "session", { signature: await wallet.signMessage(message) });
}
