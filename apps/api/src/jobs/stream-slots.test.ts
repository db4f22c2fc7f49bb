import { expect, it } from "vitest";
import { networksOf } from "../http/client-address.ts";
import { createStreamSlots } from "./stream-slots.ts";

const from = (address: string, wallet?: string) => ({ ...networksOf(address), wallet });

/** Takes a place and notes which streams were ended for others. */
function createRoom(limits: { total: number; perWallet: number; perNetwork: number }) {
  const slots = createStreamSlots(limits);
  const ended: string[] = [];
  const take = (name: string, address: string, wallet?: string) =>
    slots.take(from(address, wallet), () => ended.push(name));
  return { take, ended };
}

it("a wallet has its number wherever it is, and an address its own however many wallets it has", () => {
  const { take } = createRoom({ total: 100, perWallet: 2, perNetwork: 3 });
  take("1", "192.0.2.1", "0xa");
  const leave = take("2", "192.0.2.2", "0xa");
  expect(() => take("3", "192.0.2.3", "0xa")).toThrow("too many event streams");
  take("4", "192.0.2.1", "0xb");
  take("5", "192.0.2.1");
  expect(() => take("6", "192.0.2.1", "0xc")).toThrow("too many event streams");
  leave();
  leave();
  take("7", "192.0.2.3", "0xa");
  expect(() => take("8", "192.0.2.3", "0xa")).toThrow("too many event streams");
});

it("addresses of one IPv6 network are one, and networks of one site have a bound together", () => {
  const { take } = createRoom({ total: 100, perWallet: 100, perNetwork: 2 });
  take("1", "2001:db8:1:1::1");
  take("2", "2001:db8:1:1::2");
  expect(() => take("3", "2001:db8:1:1::3")).toThrow("too many event streams");
  for (let network = 2; network <= 7; network++) take(`${network}`, `2001:db8:1:${network}::1`);
  expect(() => take("9", "2001:db8:1:9::1")).toThrow("too many event streams");
  take("10", "2001:db8:2:1::1");
});

it("when no place is left, whoever holds the most gives its oldest to a newcomer, until they are even", () => {
  const { take, ended } = createRoom({ total: 6, perWallet: 20, perNetwork: 6 });
  for (let count = 0; count < 6; count++) take(`greedy ${count}`, "192.0.2.1", `0x${count}`);
  take("first", "192.0.2.2");
  take("second", "192.0.2.3");
  take("third", "192.0.2.2");
  expect(ended).toEqual(["greedy 0", "greedy 1", "greedy 2"]);
  expect(() => take("fourth", "192.0.2.2")).toThrow("too many event streams");
  take("fifth", "192.0.2.4");
  expect(ended).toHaveLength(4);
  expect(() => take("greedy again", "192.0.2.1")).toThrow("too many event streams");
});
