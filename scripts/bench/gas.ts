import { type GasRow, measureGas } from "../../contracts/scripts/bench-gas.ts";

const total = (rows: GasRow[]) => rows.at(-1)!.ratio;
const gasOf = (rows: GasRow[]) => rows.at(-1)!.gas;

export default {
  name: "gas",
  about: "gas of a three-contributor job on a real chain, beside the public predecessor's for the same moves",
  async run() {
    const direct = await measureGas();
    const relayed = await measureGas({ relayed: true });
    const second = await measureGas({ escrow: "second" });
    const guarded = await measureGas({ escrow: "guarded" });
    const named = (escrow: string, submittedBy: string, rows: GasRow[]) =>
      rows.map((row) => ({ escrow, submittedBy, ...row }));
    return {
      rows: [
        ...named("first", "wallet", direct),
        ...named("first", "relay", relayed),
        ...named("second", "wallet", second),
        ...named("second, bond, referee and permits", "wallet", guarded),
      ],
      ratios: {
        "gas in all / predecessor's, submitted by the wallets": total(direct),
        "gas in all / predecessor's, submitted by a relay": total(relayed),
        "gas in all / predecessor's, second version": total(second),
        "gas in all / the first version's, second version": gasOf(second) / gasOf(direct),
      },
    };
  },
};
