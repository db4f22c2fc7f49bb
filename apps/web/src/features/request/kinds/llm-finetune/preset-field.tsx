import { Field, Select } from "@trainchain/ui";
import type { LlmValues, SetLlmValue } from "./request-values.ts";

const presets = {
  quick: {
    label: "A quick look",
    epochs: 1,
    rank: 8,
    hint: "Cheap and fast: whether the data teaches anything.",
  },
  balanced: { label: "Balanced", epochs: 2, rank: 8, hint: "What suits most datasets." },
  thorough: {
    label: "Thorough",
    epochs: 4,
    rank: 16,
    hint: "Twice the work; on few rows it may learn them by heart.",
  },
};
type PresetName = keyof typeof presets;

/** How long and how finely is trained, in one choice; changing one of its values by hand makes it your own. */
export function PresetField({ values, set }: { values: LlmValues; set: SetLlmValue }) {
  const names = Object.keys(presets) as PresetName[];
  const chosen = names.find(
    (name) => presets[name].epochs === values.epochs && presets[name].rank === values.rank,
  );
  const choose = (name: string) => {
    const preset = presets[name as PresetName];
    if (!preset) return;
    set("epochs", preset.epochs);
    set("rank", preset.rank);
  };
  return (
    <Field
      label="How thoroughly"
      hint={chosen ? presets[chosen].hint : "Your own: see the epochs, and the rank under Advanced."}
    >
      <Select value={chosen ?? "own"} onChange={({ target }) => choose(target.value)}>
        {names.map((name) => (
          <option key={name} value={name}>
            {presets[name].label}
          </option>
        ))}
        {chosen === undefined && <option value="own">Your own</option>}
      </Select>
    </Field>
  );
}
