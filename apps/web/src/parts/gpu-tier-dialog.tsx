import type { ProfileView } from "@trainchain/protocol";
import { Dialog } from "@trainchain/ui";
import { GpuTierForm } from "./gpu-tier-form.tsx";

export function GpuTierDialog({ profile, onClose }: { profile: ProfileView; onClose: () => void }) {
  return (
    <Dialog
      open
      onClose={onClose}
      title="What does your machine have?"
      description="Requesters see it in the contributor pool. You can leave it out, and change it at any time."
    >
      <GpuTierForm profile={profile} onSaved={onClose} />
    </Dialog>
  );
}
