import { Field, Input } from "@trainchain/ui";

/** A learning rate as it is typed: nothing for the one that is proposed. */
export function LearningRateField({
  value,
  onChange,
  proposed,
  hint,
  error,
}: {
  value: string;
  onChange: (value: string) => void;
  /** The one that is taken where none is named, where model and data are known. */
  proposed: number | undefined;
  hint?: string | undefined;
  error: string | undefined;
}) {
  return (
    <Field label="Learning rate" hint={hint} error={error}>
      <Input
        type="number"
        min={0}
        step="any"
        placeholder={proposed === undefined ? "proposed" : String(proposed)}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </Field>
  );
}
