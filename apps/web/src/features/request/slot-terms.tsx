import { bondWeiOf, type ConfigView, maxBondBps, stakeOfRound } from "@trainchain/protocol";
import { Field, Input, readPol, Select, writePol } from "@trainchain/ui";
import { useState } from "react";

/** With which the form begins: no bond, and slots for anybody. */
export const initialSlotTerms = { bond: "0", slotsFor: "anybody" };

type SlotTerms = typeof initialSlotTerms;

/** What a slot's holder has to bring, as the API takes it, and what is wrong with it. */
export function readSlotTerms(
  { bond, slotsFor }: SlotTerms,
  stake: { config: ConfigView; rewardWei: bigint; contributors: number; rounds: number },
) {
  const bondWei = readPol(bond);
  const request = { bondWei: (bondWei ?? 0n).toString(), permitOnly: slotsFor === "permitted" };
  const complaint = bondWei === undefined ? "Write an amount such as 0.05" : complaintOf(bondWei, stake);
  const errors: Record<string, string> = complaint === undefined ? {} : { bondWei: complaint };
  return { request, errors };
}

function complaintOf(
  bondWei: bigint,
  { config, rewardWei, contributors, rounds }: Parameters<typeof readSlotTerms>[1],
): string | undefined {
  if (config.escrowVersion === "1") return undefined;
  const stake = { rewardWei: stakeOfRound(rewardWei, rounds, 1), feeBps: config.feeBps };
  const mostWei = bondWeiOf(maxBondBps, { ...stake, maxContributors: contributors });
  if (bondWei <= mostWei) return undefined;
  const readable = writePol(mostWei - (mostWei % 10n ** 12n));
  return `At most ${readable} POL: a tenth of what a delivery is paid`;
}

/** What few requesters ask for: folded, unless it is to be mended. */
export function SlotTermFields({
  values,
  set,
  errors,
  config: { escrowVersion },
}: {
  values: SlotTerms;
  set: (name: keyof SlotTerms, value: string) => void;
  errors: Record<string, string>;
  config: ConfigView;
}) {
  const [isOpen, setOpen] = useState(false);
  const mayPermit = escrowVersion !== "1";
  return (
    <details
      className="rounded-control border border-line px-4 py-3"
      open={isOpen || errors.bondWei !== undefined}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary className="cursor-pointer font-medium">
        {mayPermit ? "Advanced: bond, permits" : "Advanced: bond"}
      </summary>
      <div className="mt-4 grid items-start gap-4 sm:grid-cols-2">
        <Field
          label="Bond of each contributor, in POL"
          hint="Locked with the slot, and lost by whoever misses the deadline."
          error={errors.bondWei}
        >
          <Input
            inputMode="decimal"
            value={values.bond}
            onChange={({ target }) => set("bond", target.value)}
          />
        </Field>
        {mayPermit && (
          <Field
            label="Who may take a slot"
            hint="A permit is a file that you sign for one wallet, once the job is open: trainchain job permit."
          >
            <Select value={values.slotsFor} onChange={({ target }) => set("slotsFor", target.value)}>
              <option value="anybody">Anybody</option>
              <option value="permitted">Wallets that I permit</option>
            </Select>
          </Field>
        )}
      </div>
    </details>
  );
}
