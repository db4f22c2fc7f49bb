/** A label and what stands under it, for people. */
export type Fact = [label: string, value: string];

/** A spec in words. Whatever needs no schema lies here, so that pages load none for it. */
export interface Telling<Summary> {
  /** Without model, description and deadlines, which every kind has. */
  factsOf(summary: Summary): Fact[];
  /** On one line, after the model's name. */
  describe(summary: Summary): string;
}

/** "60,000": digits in threes, whatever the machine's language. */
export function inThrees(count: number): string {
  return count.toLocaleString("en");
}

/** "1 epoch", "2 epochs". */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
