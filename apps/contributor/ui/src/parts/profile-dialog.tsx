import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type AppProfile, type GpuTier, gpuTiers } from "@trainchain/protocol";
import { Button, Dialog, ErrorNotice, Field, Select } from "@trainchain/ui";
import { useState } from "react";
import { useAppState } from "../agent/live-state.ts";
import { profileQuery } from "../agent/queries.ts";
import { send } from "../agent/request.ts";
import { useAction } from "../shell/use-action.ts";

/** Asked once, when a wallet has no profile yet: which GPU requesters will see. */
export function ProfileDialog() {
  const { wallet, environment } = useAppState();
  const isOpen = Boolean(wallet?.delegate && wallet.signedIn) && environment.status === "ready";
  const { data: profile } = useQuery({ ...profileQuery(wallet?.address), enabled: isOpen });
  const [skippedFor, setSkippedFor] = useState<string>();
  if (!profile?.isNew || !wallet || skippedFor === wallet.address) return null;
  return (
    <Dialog
      open
      onClose={() => setSkippedFor(wallet.address)}
      title="Your machine"
      description="Requesters see this in the contributor pool. You can change it in the settings."
    >
      <ProfileForm profile={profile} onSaved={() => setSkippedFor(wallet.address)} />
    </Dialog>
  );
}

/** The GPU tier, prefilled from what was measured here. */
export function ProfileForm({ profile, onSaved }: { profile: AppProfile; onSaved?: () => void }) {
  const queryClient = useQueryClient();
  const [tier, setTier] = useState<GpuTier>(profile.gpuTier ?? profile.measuredTier ?? gpuTiers[0]);
  const save = useAction(async () => {
    await send("PUT", "profile", { gpuTier: tier, measured: tier === profile.measuredTier });
    await queryClient.invalidateQueries({ queryKey: ["profile"] });
    onSaved?.();
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <Field
        label="GPU"
        hint={
          profile.measuredTier
            ? `Measured on this machine: ${profile.measuredTier}${profile.measuredAs ? ` (${profile.measuredAs})` : ""}.`
            : "A machine check before your first job measures it."
        }
      >
        <Select value={tier} onChange={(event) => setTier(event.target.value as GpuTier)}>
          {gpuTiers.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      {save.error !== undefined && <ErrorNotice error={save.error} />}
      <Button type="submit" busy={save.busy} className="justify-self-end">
        Save
      </Button>
    </form>
  );
}
