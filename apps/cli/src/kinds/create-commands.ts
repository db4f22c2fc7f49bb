import { addJobCreateEmbedding } from "./embedding-finetune/job-create.ts";
import { addJobCreateImage } from "./image-classification/job-create.ts";
import { addJobCreate } from "./llm-finetune/job-create.ts";

/** The commands that open a job, one for each kind. */
export const createCommands = [addJobCreate, addJobCreateImage, addJobCreateEmbedding];
