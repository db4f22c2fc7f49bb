import { z } from "zod";

const clockTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "expected a time of day as HH:MM");

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
  /** Train only between these times of the local day; the second may lie before the first, past midnight. */
  hours: z.object({ from: clockTimeSchema, to: clockTimeSchema }).nullable(),
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
