import { z } from "zod";

/** What a training is computed in: device/type/quantization. */
export const arithmeticSchema = z.string().regex(/^[a-z0-9]{1,16}\/[a-z0-9]{1,16}\/[a-z0-9]{1,16}$/);
