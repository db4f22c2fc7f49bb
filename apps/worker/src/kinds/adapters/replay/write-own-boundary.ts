import { open } from "node:fs/promises";
import { planSafetensors, readSafetensorsHeader } from "@trainchain/lora";
import { withFileSource } from "@trainchain/lora/node";

/** Writes a boundary after so many steps as a trainer writes it, of an adapter's values and moments of zero. */
export async function writeOwnBoundary(adapter: string, path: string, step: number): Promise<void> {
  await withFileSource(adapter, async (source) => {
    const { tensors } = await readSafetensorsHeader(source);
    const named = tensors
      .flatMap((tensor) =>
        ["", ".exp_avg", ".exp_avg_sq"].map((end) => ({
          name: tensor.name + end,
          shape: tensor.shape,
          tensor,
          end,
        })),
      )
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(planSafetensors(named, { step: `${step}`, updates: `${step}` }).head);
      for (const { tensor, end } of named)
        await file.writeFile(
          end === "" ? await source.read(tensor.offset, tensor.sizeBytes) : new Uint8Array(tensor.sizeBytes),
        );
    } finally {
      await file.close();
    }
  });
}
