import { mostRounds } from "@trainchain/protocol";
import { Field, Input, Select } from "@trainchain/ui";
import { useState } from "react";
import { LearningRateField } from "../adapters/learning-rate-field.tsx";
import type { LlmValues, SetLlmValue } from "./request-values.ts";

const ranks = [8, 16, 32];
const ofFold = ["rank", "learningRate", "rounds"];

/** What has a good value by itself: folded, unless one of them is to be mended. */
export function AdvancedFields({
  values,
  set,
  errors,
  proposed,
}: {
  values: LlmValues;
  set: SetLlmValue;
  errors: Record<string, string>;
  /** The learning rate that suits model and rows, where they are known. */
  proposed: number | undefined;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className="rounded-control border border-line px-4 py-3"
      open={isOpen || ofFold.some((name) => errors[name] !== undefined)}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary className="cursor-pointer font-medium">Advanced: rank, learning rate, rounds</summary>
      <div className="mt-4 grid gap-5">
        <div className="grid items-start gap-4 sm:grid-cols-3">
          <Field
            label="LoRA rank"
            hint="How much can be learned; higher takes more memory"
            error={errors.rank}
          >
            <Select value={values.rank} onChange={({ target }) => set("rank", Number(target.value))}>
              {ranks.map((rank) => (
                <option key={rank}>{rank}</option>
              ))}
            </Select>
          </Field>
          <LearningRateField
            value={values.learningRate}
            onChange={(rate) => set("learningRate", rate)}
            hint={proposed === undefined ? undefined : `${proposed} suits this model and these rows`}
            error={errors.learningRate}
            proposed={proposed}
          />
          <Field label="Rounds" hint="Each starts from the last one's result" error={errors.rounds}>
            <Input
              type="number"
              min={1}
              max={mostRounds}
              value={values.rounds}
              onChange={({ target }) => set("rounds", target.valueAsNumber || 0)}
            />
          </Field>
        </div>
      </div>
    </details>
  );
}
