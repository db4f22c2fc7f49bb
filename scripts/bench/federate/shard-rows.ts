/** Numbers in [0, 1) by mulberry32, so that a seed gives the same shards on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

/** Shuffled rows dealt out in turn: every shard is a fair sample. */
export function dealOut<T>(rows: readonly T[], shards: number): T[][] {
  return Array.from({ length: shards }, (_, shard) => rows.filter((_, row) => row % shards === shard));
}

/**
 * Skewed shards of equal size: each shard draws its own mixture of the clusters from a Dirichlet law with the given
 * concentration (0.3 is strong skew), then fills itself by it for as long as a cluster has rows left.
 */
export function dealSkewed<T>(
  rows: readonly T[],
  shards: number,
  {
    clusterOf,
    concentration,
    random,
  }: { clusterOf(row: T): string; concentration: number; random(): number },
): T[][] {
  const clusters = Map.groupBy(rows, clusterOf);
  const names = [...clusters.keys()].sort();
  const mixtures = Array.from({ length: shards }, () => names.map(() => gamma(concentration, random)));
  const result: T[][] = Array.from({ length: shards }, () => []);
  for (let dealt = 0; dealt < rows.length; dealt++) {
    const shard = dealt % shards;
    const weights = names.map((name, i) => (clusters.get(name)!.length ? mixtures[shard]![i]! + 1e-12 : 0));
    const name = names[pick(weights, random)]!;
    result[shard]!.push(clusters.get(name)!.pop()!);
  }
  return result;
}

/** A row's cluster: what its instruction asks for, by its first word; words of fewer than ten rows go together. */
export function clustersByFirstWord<T extends { instruction: string }>(rows: readonly T[]) {
  const wordOf = ({ instruction }: T) => /^\W*(\w*)/.exec(instruction)![1]!.toLowerCase();
  const sizes = Map.groupBy(rows, wordOf);
  return (row: T) => ((sizes.get(wordOf(row))?.length ?? 0) < 10 ? "other" : wordOf(row));
}

function pick(weights: readonly number[], random: () => number): number {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return index < 0 ? weights.findLastIndex((weight) => weight > 0) : index;
}

/** A gamma variate of shape < 1 (Ahrens and Dieter 1974); normalised over the clusters it is a Dirichlet draw. */
function gamma(shape: number, random: () => number): number {
  const b = 1 + shape / Math.E;
  for (;;) {
    const p = b * random();
    if (p <= 1) {
      const x = p ** (1 / shape);
      if (random() <= Math.exp(-x)) return x;
    } else {
      const x = -Math.log((b - p) / shape);
      if (random() <= x ** (shape - 1)) return x;
    }
  }
}
