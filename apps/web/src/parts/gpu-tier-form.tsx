import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type GpuTier, gpuTierSchema, gpuTiers, type ProfileView } from "@trainchain/protocol";
import { Button, ErrorNotice, Field, Select, showToast } from "@trainchain/ui";
import { useState } from "react";
import { api } from "../api/api.ts";
import { myProfileQuery } from "../api/queries.ts";

/** Choose a tier, save: one click. */
export function GpuTierForm({ profile, onSaved }: { profile: ProfileView; onSaved?: () => void }) {
  const queryClient = useQueryClient();
  const [tier, setTier] = useState<GpuTier | "">(profile.gpuTier ?? "");
  const save = useMutation({
    mutationFn: (gpuTier: GpuTier) => api.setGpuTier(gpuTier),
    onSuccess: (saved) => {
      queryClient.setQueryData(myProfileQuery.queryKey, saved);
      void queryClient.invalidateQueries({ queryKey: ["contributor-pool"] });
      showToast("Saved.", "positive");
      onSaved?.();
    },
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (tier) save.mutate(tier);
      }}
    >
      <Field label="GPU tier" hint="The app measures it and proposes what it found.">
        <Select
          value={tier}
          onChange={({ target }) => setTier(gpuTierSchema.safeParse(target.value).data ?? "")}
        >
          <option value="">Not told</option>
          {gpuTiers.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      </Field>
      {save.error && <ErrorNotice error={save.error} />}
      <Button
        type="submit"
        className="justify-self-start"
        busy={save.isPending}
        disabled={!tier || tier === profile.gpuTier}
      >
        Save
      </Button>
    </form>
  );
}
