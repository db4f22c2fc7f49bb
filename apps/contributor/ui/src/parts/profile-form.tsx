import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type AppProfile, type GpuTier, gpuTiers } from "@trainchain/protocol";
import { Button, Card, ErrorNotice, Field, Select } from "@trainchain/ui";
import { useState } from "react";
import { useAppState } from "../agent/live-state.ts";
import { profileQuery } from "../agent/queries.ts";
import { send } from "../agent/request.ts";
import { useAction } from "../shell/use-action.ts";

/** Asked until it is answered, beside the work and not before it: which GPU requesters will see. */
export function ProfileCard() {
  const { wallet, environment } = useAppState();
  const isOpen = Boolean(wallet?.delegate && wallet.signedIn) && environment.status === "ready";
  const { data: profile } = useQuery({ ...profileQuery(wallet?.address), enabled: isOpen });
  if (!profile?.isNew) return null;
  return (
    <Card title="Your machine" aria-label="Your machine">
      <p className="mb-3 text-sm text-muted">
        Requesters see this in the contributor pool. You can change it in the settings.
      </p>
      <ProfileForm profile={profile} onSaved={() => document.getElementById("content")?.focus()} />
    </Card>
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
