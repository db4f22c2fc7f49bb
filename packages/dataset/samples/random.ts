import { createRowOrder } from "../src/row-order.ts";
import type { Random } from "./templates.ts";

/** Draws that a seed fixes. */
export function createRandom(seed: number): Random {
  const numberOf = createRowOrder(seed);
  let drawn = 0;
  return (below) => Math.floor((numberOf(drawn++) / 2 ** 53) * below);
}
