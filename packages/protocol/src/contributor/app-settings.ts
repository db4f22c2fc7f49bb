import { z } from "zod";
import { jobKinds } from "../kinds/words.ts";
import { weiTextSchema } from "../views/amounts.ts";

const clockTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "expected a time of day as HH:MM");

/** Hours of the local day; the second may lie before the first, past midnight. */
export const hoursSchema = z.object({ from: clockTimeSchema, to: clockTimeSchema });

/** The largest bond that is locked unless the owner says otherwise, in per cent of what a delivery is paid. */
export const defaultMostBondPercent = 10;

export const bondPercentSchema = z.number().min(0).max(100_000);

/** What the owner of the machine allows training to use. Everything counts from the next start of a training. */
export const appSettingsSchema = z.object({
  device: z.enum(["auto", "cuda", "mps", "cpu"]),
  /** CPU cores for training; all where null. */
  cores: z.number().int().min(1).max(1024).nullable(),
  /** Memory that training may take, in GiB; past it the system ends the trainer, which counts as a crash. */
  memoryGb: z.number().min(1).max(65_536).nullable(),
  /** Train only while other programs leave the processors alone. */
  onlyWhenIdle: z.boolean(),
  /** Train only between these times. */
  hours: hoursSchema.nullable(),
  /** No job whose bond is more than this, in per cent of what a delivery is paid, is taken. */
  mostBondPercent: bondPercentSchema.default(defaultMostBondPercent),
  /** The system starts the app, without a window, whenever its owner logs in. */
  startAtLogin: z.boolean().default(false),
});

export type AppSettings = z.infer<typeof appSettingsSchema>;

export const defaultAppSettings: AppSettings = {
  device: "auto",
  cores: null,
  memoryGb: null,
  onlyWhenIdle: false,
  hours: null,
  mostBondPercent: defaultMostBondPercent,
  startAtLogin: false,
};

/** Which jobs the app takes by itself, within the bond and the hours of the settings. */
export const takingRuleSchema = z.object({
  /** The least that a delivery pays. */
  minRewardWei: weiTextSchema,
  /** The least that an hour of training here pays; 0 for any. */
  minPerHourWei: weiTextSchema,
  kinds: z.array(z.enum(jobKinds)).min(1).max(jobKinds.length),
});
export type TakingRule = z.infer<typeof takingRuleSchema>;

/** Whether the app takes jobs by itself. */
export const takingSchema = z.object({
  /** Null while it takes none. */
  rule: takingRuleSchema.nullable(),
  /** Why it stopped by itself, as a sentence; null where a person has, or nobody has begun. */
  stopped: z.string().nullable(),
});
export type Taking = z.infer<typeof takingSchema>;
