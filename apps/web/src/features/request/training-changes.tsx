import { type DraftChangesInput, leastMaxLength } from "@trainchain/protocol";
import { Field, Input } from "@trainchain/ui";
import type { ChangeValues, SetChange } from "./change-values.ts";
import { ContributorFields, mostContributors } from "./contributor-fields.tsx";

/** Those settings of the training that the draft's kind lets be changed. */
export function TrainingChanges({
  values,
  set,
  errors,
  changeable,
}: {
  values: ChangeValues;
  set: SetChange;
  errors: Record<string, string>;
  changeable: DraftChangesInput;
}) {
  const { contributors, minContributors, epochs, learningRate, maxLength } = values;
  return (
    <>
      {changeable.contributors !== undefined && (
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <ContributorFields
            contributors={contributors}
            minContributors={Math.min(minContributors, contributors)}
            most={Math.max(mostContributors, changeable.contributors)}
            onContributors={(count) => {
              set("contributors", count);
              if (minContributors === contributors) set("minContributors", count);
            }}
            onMinContributors={(count) => set("minContributors", count)}
            errors={errors}
          />
        </div>
      )}
      <div className="grid items-start gap-4 sm:grid-cols-3">
        <Field label="Epochs per contributor" error={errors.epochs}>
          <Input
            type="number"
            min={1}
            value={epochs}
            onChange={({ target }) => set("epochs", target.valueAsNumber || 0)}
          />
        </Field>
        {changeable.maxLength !== undefined && (
          <>
            <Field label="Learning rate" error={errors.learningRate}>
              <Input
                type="number"
                min={0}
                step="any"
                value={learningRate}
                onChange={({ target }) => set("learningRate", target.value)}
              />
            </Field>
            <Field label="Longest row, in tokens" error={errors.maxLength}>
              <Input
                type="number"
                min={leastMaxLength}
                value={maxLength}
                onChange={({ target }) => set("maxLength", target.value)}
              />
            </Field>
          </>
        )}
      </div>
    </>
  );
}
