import type { Condition, Measured } from "./measure-federation.ts";

export interface Spread {
  mean: number;
  /** Standard deviation over the seeds, of the sample; 0 and unknown where there is but one. */
  sd: number;
}

/** One condition over all its seeds. */
export interface Group {
  name: string;
  first: Measured;
  /** (base − merged) / (base − central) of the default merge, svd of automatic rank; of the exact one; of factors averaged apart; of the best single contributor. */
  share: Spread;
  exact: Spread;
  apart: Spread | null;
  bestSingle: Spread;
  row: Record<string, string | number>;
}

export function summarise(measured: readonly Measured[]): Group[] {
  const groups = Map.groupBy(measured, nameOf);
  return [...groups].map(([name, of]) => {
    const first = of[0]!;
    const print = ({ mean, sd }: Spread) => mean.toFixed(3) + (of.length > 1 ? ` ± ${sd.toFixed(3)}` : "");
    const loss = (pick: (one: Measured) => number) => print(spread(of.map(pick)));
    const kept = (pick: (one: Measured) => number) =>
      spread(of.map((one) => (one.base - pick(one)) / (one.base - one.central)));
    const share = kept(({ svd }) => svd);
    const hasApart = first.apart !== null;
    return {
      name,
      first,
      share,
      exact: kept(({ exact }) => exact),
      apart: hasApart ? kept(({ apart }) => apart!) : null,
      bestSingle: kept(({ bestSingle }) => bestSingle),
      row: {
        condition: name,
        seeds: of.length,
        base: loss(({ base }) => base),
        "best single": loss(({ bestSingle }) => bestSingle),
        "factors apart": hasApart ? loss(({ apart }) => apart!) : "–",
        svd: loss(({ svd }) => svd),
        exact: loss(({ exact }) => exact),
        ...Object.fromEntries(
          (first.stretched ?? []).map(({ factor }, at) => [
            `svd × ${factor}`,
            loss(({ stretched }) => stretched![at]!.loss),
          ]),
        ),
        central: loss(({ central }) => central),
        "share kept": print(share),
        "seeds where merged beats best single": of.filter(({ svd, bestSingle }) => svd <= bestSingle).length,
      },
    };
  });
}

export function nameOf({ contributors, shards, start, rounds, momentum }: Condition): string {
  const steps = rounds === 1 ? "" : `, ${rounds} rounds, momentum ${momentum}`;
  return `${contributors} contributors, ${shards} shards, ${start} start${steps}`;
}

function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}
