import { defaultDeadlines } from "@trainchain/protocol";
import { Field, formatSpan, Select } from "@trainchain/ui";

const hour = 3_600;
const day = 24 * hour;

export const initialDeadlines: Record<keyof typeof defaultDeadlines, number> = defaultDeadlines;

type Deadlines = typeof initialDeadlines;
type DeadlineName = keyof Deadlines;

const fields: { name: DeadlineName; label: string; hint: string }[] = [
  {
    name: "acceptWithinSeconds",
    label: "Contributors may join for",
    hint: "A job with free slots waits so long for others.",
  },
  {
    name: "trainingPeriodSeconds",
    label: "Time to train",
    hint: "From joining to delivery. A late slot is given to another.",
  },
  {
    name: "reviewPeriodSeconds",
    label: "Time to verify",
    hint: "After that, anybody may have delivered work paid.",
  },
];

const choices: [seconds: number, label: string][] = [
  [hour, "1 hour"],
  [6 * hour, "6 hours"],
  [day, "1 day"],
  [2 * day, "2 days"],
  [3 * day, "3 days"],
  [7 * day, "7 days"],
  [14 * day, "14 days"],
  [30 * day, "30 days"],
];

/** What is offered, and what is asked for already where that is something else, as from a command line. */
function choicesWith(asked: number): [seconds: number, label: string][] {
  if (choices.some(([seconds]) => seconds === asked)) return choices;
  return [...choices, [asked, formatSpan(asked)] as [number, string]].toSorted(([a], [b]) => a - b);
}

export function deadlineSeconds({
  acceptWithinSeconds,
  trainingPeriodSeconds,
  reviewPeriodSeconds,
}: Deadlines) {
  return { acceptWithinSeconds, trainingPeriodSeconds, reviewPeriodSeconds };
}

/** The three deadlines of a job, as the escrow keeps them. */
export function DeadlineFields({
  values,
  set,
  errors,
}: {
  values: Deadlines;
  set: (name: DeadlineName, seconds: number) => void;
  errors: Record<string, string>;
}) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-3">
      {fields.map(({ name, label, hint }) => (
        <Field key={name} label={label} hint={hint} error={errors[name]}>
          <Select value={values[name]} onChange={({ target }) => set(name, Number(target.value))}>
            {choicesWith(values[name]).map(([seconds, text]) => (
              <option key={seconds} value={seconds}>
                {text}
              </option>
            ))}
          </Select>
        </Field>
      ))}
    </div>
  );
}
