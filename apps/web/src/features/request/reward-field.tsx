import { Field, Input, readPol } from "@trainchain/ui";

/** The reward as it is typed, in POL, with what is wrong with it. */
export function RewardField({
  label,
  value,
  onChange,
  error,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What the request's schema says of the amount. */
  error: string | undefined;
}) {
  return (
    <Field
      label={label}
      hint="POL is the coin of Polygon: what your wallet pays with."
      error={complaintOf(readPol(value)) ?? error}
    >
      <Input inputMode="decimal" value={value} onChange={({ target }) => onChange(target.value)} />
    </Field>
  );
}

function complaintOf(rewardWei: bigint | undefined): string | undefined {
  if (rewardWei === undefined) return "Write an amount such as 1.5";
  return rewardWei === 0n ? "Offer something" : undefined;
}
