import { embeddingLimits, loraRanks } from "@trainchain/protocol";
import { Field, Input, Select } from "@trainchain/ui";
import { LearningRateField } from "../adapters/learning-rate-field.tsx";
import type { initial } from "./request-values.ts";

type Values = typeof initial;

/** How long and how finely is trained. */
export function TrainingFields({
  values,
  set,
  errors,
  mostLength,
}: {
  values: Values;
  set: <Name extends keyof Values>(name: Name, value: Values[Name]) => void;
  errors: Record<string, string>;
  /** Tokens that the model takes. */
  mostLength: number;
}) {
  const { epochs, learningRate, maxLength } = embeddingLimits;
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Field
        label="Epochs per contributor"
        hint="How often each goes through its pairs"
        error={errors.epochs}
      >
        <Input
          type="number"
          min={epochs.least}
          max={epochs.most}
          value={values.epochs}
          onChange={({ target }) => set("epochs", target.valueAsNumber || 0)}
        />
      </Field>
      <Field
        label="Longest text"
        hint={`Tokens of either text; longer ones are cut. At most ${mostLength}`}
        error={values.maxLength > mostLength ? `at most ${mostLength}` : errors.maxLength}
      >
        <Input
          type="number"
          min={maxLength.least}
          max={mostLength}
          value={values.maxLength}
          onChange={({ target }) => set("maxLength", target.valueAsNumber || 0)}
        />
      </Field>
      <Field label="LoRA rank" hint="How much can be learned" error={errors.rank}>
        <Select value={values.rank} onChange={({ target }) => set("rank", Number(target.value))}>
          {loraRanks.map((rank) => (
            <option key={rank}>{rank}</option>
          ))}
        </Select>
      </Field>
      <LearningRateField
        value={values.learningRate}
        onChange={(rate) => set("learningRate", rate)}
        error={errors.learningRate}
        proposed={learningRate.usual}
      />
    </div>
  );
}
