import type { SessionView } from "@trainchain/protocol";
import { createContext, useContext } from "react";

export interface Session {
  /** "loading" only where a session may exist from before and the API has not answered yet. */
  status: "loading" | "signed-out" | "signed-in";
  /** The signed-in wallet in lower case; undefined while signed out. */
  wallet: `0x${string}` | undefined;
  /** Asks this browser's wallet, or which one where there are several. After signing in, people are where they were. */
  openConnect: () => void;
  /** The wallet has signed in: the dialog calls it. */
  completeSignIn: (session: SessionView) => void;
  signOut: () => Promise<void>;
}

export const SessionContext = createContext<Session | undefined>(undefined);

/** Who is signed in here, and how to change that. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession needs a SessionProvider around it");
  return session;
}
