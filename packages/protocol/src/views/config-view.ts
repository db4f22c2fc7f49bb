import { z } from "zod";
import { hardwareNeedsSchema } from "../hardware-needs.ts";
import { escrowVersions } from "../job-terms.ts";
import { weiTextSchema } from "./amounts.ts";

export const baseModelViewSchema = z.object({
  id: z.string(),
  revision: z.string(),
  name: z.string(),
  /** Null where it is not known. */
  parametersBillion: z.number().nullable(),
  license: z.string().nullable(),
  maxLength: z.number().int(),
  /** The chat format, by llama.cpp's name of it; null where only the model's own files say. */
  chatTemplate: z.string().nullable().default(null),
  /** What ends an answer; none where only the model's own files say. */
  endTokens: z.array(z.string()).default([]),
  /** Measured, or derived from the number of parameters. */
  needs: z.object({
    basis: z.enum(["measured", "derived"]).default("derived"),
    gpu: hardwareNeedsSchema,
    cpu: hardwareNeedsSchema,
  }),
  /** Bytes that a token more of the longest row takes (needsAtLength); null where it is not known. */
  tokenBytes: z.object({ gpu: z.number(), cpu: z.number() }).nullable().default(null),
});

/** What one POL is worth, about. */
export const fiatRateSchema = z.object({
  /** ISO 4217, such as USD. */
  currency: z.string(),
  perPol: z.number().positive(),
});

export type FiatRate = z.infer<typeof fiatRateSchema>;

/** What a client must know of the network and the platform before it does anything. */
export const configViewSchema = z.object({
  chainId: z.number().int(),
  chainName: z.string(),
  rpcUrl: z.string(),
  explorerUrl: z.string().nullable(),
  escrow: z.string(),
  escrowVersion: z.enum(escrowVersions).default("1"),
  feeBps: z.number().int(),
  /** What each delivery of a requested job has to be paid at least. */
  leastShareWei: weiTextSchema.default("0"),
  aggregator: z.string(),
  models: z.array(baseModelViewSchema),
  /** Whether parts of trainings are done again here, for jobs that ask for it. */
  replays: z.boolean().default(true),
  /** Whether notices can be had by e-mail. */
  sendsMail: z.boolean().default(false),
  /** Whether slots of jobs without a bond are taken at the platform's cost for wallets that hold no coin. */
  relaysAcceptances: z.boolean().default(false),
  /** Where to reach whoever runs the platform, and where its source is published; null where they did not say. */
  contactEmail: z.string().nullable().default(null),
  sourceUrl: z.string().nullable().default(null),
  /** Where a wallet gets the network's coins: a faucet or an on-ramp; null where the operator named none. */
  fundingUrl: z.string().nullable().default(null),
  /** Null where the operator named no source of prices, or it does not answer. */
  fiat: fiatRateSchema.nullable().default(null),
  limits: z.object({ uploadBytes: z.number().int(), adapterBytes: z.number().int() }),
});

export type ConfigView = z.infer<typeof configViewSchema>;
