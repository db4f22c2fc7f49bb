import { mostDescription } from "@trainchain/protocol";
import { Field, formatCount, Textarea } from "@trainchain/ui";

/** What a job is about, in its requester's words. */
export function DescriptionField({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}) {
  return (
    <Field
      label="Description"
      hint="Contributors see it in the list of jobs."
      aside={`${formatCount(value.length)} / ${formatCount(mostDescription)}`}
      error={error}
    >
      <Textarea maxLength={mostDescription} value={value} onChange={({ target }) => onChange(target.value)} />
    </Field>
  );
}
