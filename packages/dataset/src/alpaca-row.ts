/** One example of the Alpaca format. `input` is "" where an instruction needs none. */
export interface AlpacaRow {
  instruction: string;
  input: string;
  output: string;
}

export const alpacaFields = ["instruction", "input", "output"] as const;
export type AlpacaField = (typeof alpacaFields)[number];

/** A row as it is written everywhere: one line of JSON, these three fields in this order, no spaces. */
export function serialiseRow({ instruction, input, output }: AlpacaRow): string {
  return JSON.stringify({ instruction, input, output });
}
