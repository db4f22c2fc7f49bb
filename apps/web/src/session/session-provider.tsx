import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type Address, type SessionView, TrainChainError } from "@trainchain/protocol";
import { showToast } from "@trainchain/ui";
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { loadWallet } from "./load-wallet.ts";
import { mayBeSignedIn, onSignInElsewhere, rememberSignedIn } from "./remembered-session.ts";
import { type Session, SessionContext } from "./session-context.ts";

// Wallet code is most of the script: it comes when somebody connects, not before.
const ConnectDialog = lazy(() => import("./connect-dialog.tsx"));

const sessionKey = ["session"];

/** The API's client with all its schemas: whoever never signed in does not need it to see the site. */
const loadApi = () => import("../api/api.ts").then(({ api }) => api);

/** Knows who is signed in, follows the wallet's account, and owns the connect dialog. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [remembered, setRemembered] = useState(mayBeSignedIn);
  const [connecting, setConnecting] = useState<"asked" | "offered">();
  const { data, isPending } = useQuery({
    queryKey: sessionKey,
    queryFn: findSession,
    enabled: remembered,
    staleTime: Infinity,
  });
  const wallet = remembered && data ? (data.wallet as Address) : undefined;

  const forget = useCallback(() => {
    rememberSignedIn(undefined);
    setRemembered(false);
    queryClient.setQueryData(sessionKey, null);
    queryClient.removeQueries({ queryKey: ["me"] });
    void queryClient.invalidateQueries({ queryKey: ["job"] });
  }, [queryClient]);

  const completeSignIn = useCallback(
    (session: SessionView) => {
      rememberSignedIn(session.wallet);
      queryClient.setQueryData(sessionKey, session);
      setRemembered(true);
      setConnecting(undefined);
      void queryClient.invalidateQueries({ queryKey: ["me"] });
      void queryClient.invalidateQueries({ queryKey: ["job"] });
    },
    [queryClient],
  );

  const signOut = useCallback(async () => {
    await loadApi().then((api) => api.signOut());
    forget();
    const connection = await loadWallet();
    await connection.disconnect();
  }, [forget]);

  // A remembered session that the API no longer knows has ended.
  useEffect(() => {
    if (remembered && data === null) forget();
  }, [remembered, data, forget]);

  useEffect(
    () =>
      onSignInElsewhere(() => {
        setRemembered(mayBeSignedIn());
        void queryClient.invalidateQueries();
      }),
    [queryClient],
  );

  // The session belongs to one account: another one in the wallet, or none, ends it.
  useEffect(() => {
    if (!wallet) return;
    const stop = new AbortController();
    void loadWallet().then((connection) =>
      connection.follow(stop.signal, ({ address }) => {
        if (address?.toLowerCase() === wallet) return;
        const signedOut = loadApi().then((api) => api.signOut());
        void signedOut.then(() => {
          forget();
          showToast(
            address
              ? "Your wallet switched to another account. Sign in with it to go on."
              : "Your wallet is no longer connected, so you were signed out.",
            "warning",
          );
          if (address) setConnecting("offered");
        });
      }),
    );
    return () => stop.abort();
  }, [wallet, forget]);

  const session = useMemo<Session>(
    () => ({
      status: wallet ? "signed-in" : remembered && isPending ? "loading" : "signed-out",
      wallet,
      openConnect: () => setConnecting("asked"),
      completeSignIn,
      signOut,
    }),
    [wallet, remembered, isPending, completeSignIn, signOut],
  );

  return (
    <SessionContext value={session}>
      {children}
      {connecting && (
        <Suspense>
          <ConnectDialog isAsked={connecting === "asked"} onClose={() => setConnecting(undefined)} />
        </Suspense>
      )}
    </SessionContext>
  );
}

async function findSession(): Promise<SessionView | null> {
  const api = await loadApi();
  return api.getSession().catch((error: unknown) => {
    if (error instanceof TrainChainError && error.code === "not-signed-in") return null;
    throw error;
  });
}
