import { Button, EmptyState, Loading, Skeleton, WalletIcon } from "@trainchain/ui";
import { type ReactNode, useEffect, useRef } from "react";
import { useSession } from "./session-context.ts";

/**
 * Shows its children to a signed-in wallet only. Others are asked to connect, on the very page they wanted: once
 * signed in, they are there.
 */
export function RequireSession({ purpose, children }: { purpose: string; children: ReactNode }) {
  const { status, openConnect } = useSession();
  // The button that began the sign-in is gone: who uses the keyboard goes on at the top of what came instead.
  const wasAsked = useRef(false);
  useEffect(() => {
    if (status === "signed-in" && wasAsked.current && document.activeElement === document.body)
      document.getElementById("main")?.focus({ preventScroll: true });
    wasAsked.current = status === "signed-out";
  }, [status]);
  if (status === "signed-in") return children;
  if (status === "loading")
    return (
      <Loading label="Looking for your session">
        <Skeleton className="h-40" />
      </Loading>
    );
  return (
    <EmptyState
      title="Connect your wallet"
      action={
        <Button icon={<WalletIcon />} onClick={openConnect}>
          Connect wallet
        </Button>
      }
    >
      {purpose}
    </EmptyState>
  );
}
