import { type AdaptedModule, adapterLayout, assertAdapterHeader, type ModuleTensors } from "../layout.ts";
import { readSafetensorsHeader } from "../safetensors-read.ts";
import { withFileSource } from "./file-source.ts";

/** An adapter on disk whose names, shapes and offsets have been checked; its values have not been read. */
export interface AdapterFile {
  readonly path: string;
  readonly rank: number;
  /** In the layout's order of modules. */
  readonly tensors: readonly ModuleTensors[];
  readonly sizeBytes: number;
}

/**
 * Checks a file's header against the job's modules and rank (check 2 without the values).
 * @throws AdapterError check "safetensors"
 */
export async function openAdapter(
  path: string,
  modules: readonly AdaptedModule[],
  rank: number,
): Promise<AdapterFile> {
  return await withFileSource(path, async (source) => {
    const header = await readSafetensorsHeader(source);
    const tensors = assertAdapterHeader(adapterLayout(modules, rank), header);
    return { path, rank, tensors, sizeBytes: source.sizeBytes };
  });
}
