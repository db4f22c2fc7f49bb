/**
 * Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a keyed
 * function from a 64-bit counter to 64 random bits, and the generator behind JAX. Counter-based, so the number of
 * any row is found without drawing those before it.
 */
export function threefry2x32(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: Uint32Array,
): void {
  const key2 = 0x1bd11bda ^ key0 ^ key1;
  let x0 = (counter0 + key0) | 0;
  let x1 = (counter1 + key1) | 0;
  for (let group = 0; group < 5; group++) {
    const even = group % 2 === 0;
    x0 = (x0 + x1) | 0;
    x1 = rotated(x1, even ? 13 : 17) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotated(x1, even ? 15 : 29) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotated(x1, even ? 26 : 16) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotated(x1, even ? 6 : 24) ^ x0;
    const inject = (group + 1) % 3;
    const next = (group + 2) % 3;
    x0 = (x0 + (inject === 0 ? key0 : inject === 1 ? key1 : key2)) | 0;
    x1 = (x1 + (next === 0 ? key0 : next === 1 ? key1 : key2) + group + 1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
