import { z } from "zod";

/** A setting that is a web address, without the slashes at its end. */
export const webUrlSchema = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ""));
