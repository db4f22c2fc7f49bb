import { polygon, polygonAmoy } from "viem/chains";
import { expect, it } from "vitest";
import { networks } from "./chains.ts";

it.each([
  ["polygon", polygon],
  ["amoy", polygonAmoy],
] as const)("%s is the network that viem knows", (name, known) => {
  expect(JSON.parse(JSON.stringify(networks[name]))).toEqual(JSON.parse(JSON.stringify(known)));
});
