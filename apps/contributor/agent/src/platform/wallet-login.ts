import { createApiClient } from "@trainchain/api-client";
import { type Address, TrainChainError } from "@trainchain/protocol";
import { getAddress } from "viem";
import { boundedFetch } from "./api.ts";
import type { Login } from "./session.ts";

/** A message waits this long for its wallet's signature. */
const patienceMs = 10 * 60_000;

interface Pending {
  wallet: Address;
  sign: (signature: string) => void;
  login: Promise<Login>;
}

/**
 * Signs in with a wallet that lives in a browser: the agent writes the EIP-4361 message, the wallet signs it there,
 * and the login's token comes here and never reaches the page.
 */
export function createWalletLogin({ apiUrl, signal }: { apiUrl: string; signal: AbortSignal }) {
  let pending: Pending | undefined;

  return {
    /** The text that the wallet is to sign, for the page at `origin`; an earlier one is no longer taken. */
    ask(wallet: Address, origin: string): Promise<string> {
      const message = Promise.withResolvers<string>();
      const signature = Promise.withResolvers<string>();
      const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
      limit.addEventListener("abort", () => signature.reject(limit.reason), { once: true });
      // Where the platform gave no nonce, nobody waits for the signature; its end is no failure of the app's.
      signature.promise.catch(() => undefined);
      const client = createApiClient({ baseUrl: apiUrl, fetch: boundedFetch(signal) });
      const signer = {
        address: getAddress(wallet),
        signMessage: (asked: { message: string }) => {
          message.resolve(asked.message);
          return signature.promise;
        },
      };
      const login = client.signIn(signer, { domain: new URL(origin).host });
      login.catch(message.reject);
      pending = { wallet, sign: signature.resolve, login };
      return message.promise;
    },
    /** Hands over the signature of the last message; resolves with the wallet's login. */
    async answer(signature: string): Promise<{ wallet: Address; login: Login }> {
      if (!pending)
        throw new TrainChainError("conflict", "no message is waiting to be signed", {
          fix: "Sign in again.",
        });
      const { wallet, sign, login } = pending;
      pending = undefined;
      sign(signature);
      const { token, expiresAt } = await login;
      return { wallet, login: { token, expiresAt } };
    },
  };
}
