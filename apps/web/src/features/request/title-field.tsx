import { Field, Input } from "@trainchain/ui";

/** What the job is called, by its requester and in every list. */
export function TitleField({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}) {
  return (
    <Field label="Title" hint="What you and contributors call the job. Everybody can see it." error={error}>
      <Input maxLength={80} value={value} onChange={({ target }) => onChange(target.value)} />
    </Field>
  );
}
