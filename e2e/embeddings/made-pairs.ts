const english =
  "sun river bread moon garden winter clock stone cloud forest letter music apple bridge candle desert".split(
    " ",
  );
const german =
  "sonne fluss brot mond garten winterzeit uhr stein wolke wald brief musik apfel bruecke kerze wueste".split(
    " ",
  );

export const words = [...english, ...german];

/** Pairs whose texts share no word: three words, and the same three of another language, in another order. */
export function makePairs(count: number): { anchor: string; positive: string }[] {
  let state = 1;
  const draw = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  return Array.from({ length: count }, (_, number) => {
    const places = english.map((_word, at) => at);
    const chosen = [0, 1, 2].map(() => places.splice(draw(places.length), 1)[0]!);
    const anchor = `${chosen.map((at) => english[at]).join(" ")} ${number}`;
    const positive = [chosen[2]!, chosen[0]!, chosen[1]!].map((at) => german[at]).join(" ");
    return { anchor, positive };
  });
}
