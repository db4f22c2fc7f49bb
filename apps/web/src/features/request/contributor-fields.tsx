import { Field, Slider } from "@trainchain/ui";

/** As many as a new request is offered. */
export const mostContributors = 5;

/** How many contributors share the work, and how many of them the job cannot do without. */
export function ContributorFields({
  contributors,
  minContributors,
  most = mostContributors,
  onContributors,
  onMinContributors,
  errors,
}: {
  contributors: number;
  minContributors: number;
  most?: number;
  onContributors: (count: number) => void;
  onMinContributors: (count: number) => void;
  errors: Record<string, string>;
}) {
  return (
    <>
      <Field label="Contributors" aside={contributors} error={errors.contributors}>
        <Slider
          min={1}
          max={most}
          value={contributors}
          onChange={({ target }) => onContributors(target.valueAsNumber)}
        />
      </Field>
      {contributors > 1 && (
        <Field
          label="Needed at least"
          aside={minContributors}
          hint="With fewer deliveries than this the job expires: what was delivered is paid, the rest comes back to you."
          error={errors.minContributors}
        >
          <Slider
            min={1}
            max={contributors}
            value={minContributors}
            onChange={({ target }) => onMinContributors(target.valueAsNumber)}
          />
        </Field>
      )}
    </>
  );
}
