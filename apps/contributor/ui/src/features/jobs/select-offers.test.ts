import type { JobOffer, MachineFit } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { type OfferFilter, selectOffers } from "./select-offers.ts";

function offer(
  jobId: string,
  shareWei: string,
  fit: MachineFit | null,
  obstacle: string | null = null,
): JobOffer {
  return {
    job: { jobId, shareWei, kind: "k", spec: null, requester: "0x1" },
    fit,
    obstacle,
  } as unknown as JobOffer;
}

const offers = [
  offer("1", "100", { lacks: [], estimatedSeconds: 7_200 }),
  offer("2", "60", { lacks: [], estimatedSeconds: 60 }),
  offer("3", "900", null),
  offer("4", "800", { lacks: ["16 GiB of memory"], estimatedSeconds: 3_600 }),
  offer("5", "70", { lacks: [], estimatedSeconds: 3_600 }, "This is your own job."),
];
const ids = (filter: Partial<OfferFilter>) =>
  selectOffers(offers, { search: "", kind: "all", onlyTakeable: false, sort: "hour", ...filter }).map(
    ({ job }) => job.jobId,
  );

it("orders by what an hour pays here, with what cannot be said behind it and what cannot be taken last", () => {
  expect(ids({})).toEqual(["2", "1", "3", "4", "5"]);
  expect(ids({ sort: "reward" })).toEqual(["3", "1", "2", "4", "5"]);
});

it("leaves out what the wallet or the machine cannot take", () => {
  expect(ids({ onlyTakeable: true })).toEqual(["2", "1", "3"]);
});
