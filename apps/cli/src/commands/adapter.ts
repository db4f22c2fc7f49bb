import { addAdapterCheck } from "./adapter-check.ts";
import { addAdapterMerge } from "./adapter-merge.ts";

export const adapterCommands = [addAdapterCheck, addAdapterMerge];
