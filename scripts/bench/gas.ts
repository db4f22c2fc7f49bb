import { type GasRow, measureGas } from "../../contracts/scripts/bench-gas.ts";

const total = (rows: GasRow[]) => rows.at(-1)!.ratio;

export default {
  name: "gas",
  about: "gas of a three-contributor job on a real chain, beside the public predecessor's for the same moves",
  async run() {
    const direct = await measureGas();
    const relayed = await measureGas({ relayed: true });
    const named = (submittedBy: string, rows: GasRow[]) => rows.map((row) => ({ submittedBy, ...row }));
    return {
      rows: [...named("wallet", direct), ...named("relay", relayed)],
      ratios: {
        "gas in all / predecessor's, submitted by the wallets": total(direct),
        "gas in all / predecessor's, submitted by a relay": total(relayed),
      },
    };
  },
};
