import { z } from "zod";

/** What a machine must have to take a job. GiB and physical or logical cores, as the system counts them. */
export const hardwareNeedsSchema = z.object({
  vramGb: z.number().min(0),
  ramGb: z.number().min(0),
  diskGb: z.number().min(0),
  cores: z.number().int().min(1),
});

export type HardwareNeeds = z.infer<typeof hardwareNeedsSchema>;

/** What a contributor may say of its own machine on its profile. */
export const gpuTiers = [
  "No GPU / CPU only",
  "4–6GB VRAM",
  "6–8GB VRAM",
  "8–16GB VRAM",
  "16GB+ VRAM",
  "Apple Silicon",
] as const;

export const gpuTierSchema = z.enum(gpuTiers);
export type GpuTier = z.infer<typeof gpuTierSchema>;
