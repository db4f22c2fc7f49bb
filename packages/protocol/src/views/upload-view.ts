import { z } from "zod";

export const uploadPurposes = ["dataset", "adapter", "boundary"] as const;
export type UploadPurpose = (typeof uploadPurposes)[number];

export const uploadViewSchema = z.object({
  id: z.string(),
  purpose: z.enum(uploadPurposes),
  sizeBytes: z.number().int(),
  finished: z.boolean(),
  /** Where the bytes are in storage; null for a dataset, which is prepared first, and before the upload's end. */
  cid: z.string().nullable(),
});

/** How a contributor hands over its sealed adapter: by tus to this server, wherever it is stored. */
export const adapterUploadViewSchema = z.object({
  method: z.literal("tus"),
  url: z.string(),
  maxBytes: z.number().int(),
});

export type UploadView = z.infer<typeof uploadViewSchema>;
