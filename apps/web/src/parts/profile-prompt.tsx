import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { myProfileQuery } from "../api/queries.ts";
import { useSession } from "../session/session-context.ts";
import { GpuTierDialog } from "./gpu-tier-dialog.tsx";

/**
 * Asks for the GPU tier the first time a wallet comes as a contributor, that is as long as its profile has none. Once
 * closed, it asks again at the next visit at the earliest.
 */
export function ProfilePrompt() {
  const { wallet } = useSession();
  const { data: profile } = useQuery({ ...myProfileQuery, enabled: wallet !== undefined });
  const [closed, setClosed] = useState(() => wasAsked(wallet));
  if (!wallet || !profile || profile.gpuTier !== null || closed) return null;
  return (
    <GpuTierDialog
      profile={profile}
      onClose={() => {
        rememberAsked(wallet);
        setClosed(true);
      }}
    />
  );
}

const key = "trainchain.profile-asked";

function wasAsked(wallet: string | undefined): boolean {
  return wallet !== undefined && sessionStorage.getItem(key) === wallet;
}

function rememberAsked(wallet: string): void {
  sessionStorage.setItem(key, wallet);
}
