import { type DraftChangesInput, leastMaxLength } from "@trainchain/protocol";
import { Field, Input, Slider } from "@trainchain/ui";
import type { ChangeValues, SetChange } from "./change-values.ts";

/** As many as the form of a new request offers, where a draft has no more. */
const usualContributors = 5;

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
          <Field label="Contributors" aside={contributors} error={errors.contributors}>
            <Slider
              min={1}
              max={Math.max(usualContributors, changeable.contributors)}
              value={contributors}
              onChange={({ target }) => {
                const all = minContributors === contributors;
                set("contributors", target.valueAsNumber);
                if (all) set("minContributors", target.valueAsNumber);
              }}
            />
          </Field>
          {contributors > 1 && (
            <Field
              label="Needed at least"
              aside={Math.min(minContributors, contributors)}
              error={errors.minContributors}
            >
              <Slider
                min={1}
                max={contributors}
                value={Math.min(minContributors, contributors)}
                onChange={({ target }) => set("minContributors", target.valueAsNumber)}
              />
            </Field>
          )}
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
