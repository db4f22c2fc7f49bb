import { mostDescription } from "@trainchain/protocol";
import { Field, formatCount, Input, Textarea } from "@trainchain/ui";

interface Words {
  title: string;
  description: string;
}

/** What the job is called and what it is about, in its requester's words. */
export function WordsFields({
  values: { title, description },
  set,
  errors,
}: {
  values: Words;
  set: (name: keyof Words, value: string) => void;
  errors: Record<string, string>;
}) {
  return (
    <>
      <Field
        label="Title"
        hint="What you and contributors call the job. Everybody can see it."
        error={errors.title}
      >
        <Input maxLength={80} value={title} onChange={({ target }) => set("title", target.value)} />
      </Field>
      <Field
        label="Description"
        hint="Contributors see it in the list of jobs."
        aside={`${formatCount(description.length)} / ${formatCount(mostDescription)}`}
        error={errors.description}
      >
        <Textarea
          maxLength={mostDescription}
          value={description}
          onChange={({ target }) => set("description", target.value)}
        />
      </Field>
    </>
  );
}
