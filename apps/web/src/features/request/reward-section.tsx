import type { JobKind } from "@trainchain/protocol";
import type { ComponentProps } from "react";
import { DeadlineFields } from "./deadline-fields.tsx";
import { FormSection } from "./form-section.tsx";
import { RewardField } from "./reward-field.tsx";
import { RewardPreview } from "./reward-preview.tsx";
import { SimilarJobs } from "./similar-jobs.tsx";
import { SlotTermFields } from "./slot-terms.tsx";

/** What a job of any kind pays, until when it waits for whom, and what a slot's holder has to bring. */
export function RewardSection({
  paid,
  label,
  kind,
  modelId,
  values,
  set,
  errors,
  ...preview
}: {
  /** How and when the reward is paid. */
  paid: string;
  label: string;
  kind: JobKind;
  modelId: string;
  /** The reward in POL, as it is typed. */
  values: { reward: string };
  set: (name: "reward", value: string) => void;
} & ComponentProps<typeof DeadlineFields> &
  ComponentProps<typeof SlotTermFields> &
  ComponentProps<typeof RewardPreview>) {
  return (
    <FormSection title="Reward and deadlines" text={`The reward is held by the contract, and paid ${paid}.`}>
      <RewardField
        label={label}
        value={values.reward}
        onChange={(reward) => set("reward", reward)}
        error={errors.rewardWei}
      />
      <SimilarJobs kind={kind} modelId={modelId} />
      <DeadlineFields values={values} set={set} errors={errors} />
      <SlotTermFields values={values} set={set} errors={errors} config={preview.config} />
      <RewardPreview {...preview} />
    </FormSection>
  );
}
