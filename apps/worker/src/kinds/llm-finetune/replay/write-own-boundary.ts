import { open } from "node:fs/promises";
import { readSafetensorsHeader } from "@trainchain/lora";
import { withFileSource } from "@trainchain/lora/node";

/** Writes a boundary after so many steps as a trainer writes it, of an adapter's values and moments of zero. */
export async function writeOwnBoundary(adapter: string, path: string, step: number): Promise<void> {
  await withFileSource(adapter, async (source) => {
    const { tensors } = await readSafetensorsHeader(source);
    const named = tensors
      .flatMap((tensor) =>
        ["", ".exp_avg", ".exp_avg_sq"].map((end) => ({ name: tensor.name + end, tensor, end })),
      )
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const entries: Record<string, unknown> = { __metadata__: { step: `${step}`, updates: `${step}` } };
    let at = 0;
    for (const { name, tensor } of named) {
      const { shape, sizeBytes } = tensor;
      entries[name] = { dtype: "F32", shape, data_offsets: [at, at + sizeBytes] };
      at += sizeBytes;
    }
    const text = JSON.stringify(entries);
    const header = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(Buffer.concat([length, header]));
      for (const { tensor, end } of named)
        await file.writeFile(
          end === "" ? await source.read(tensor.offset, tensor.sizeBytes) : new Uint8Array(tensor.sizeBytes),
        );
    } finally {
      await file.close();
    }
  });
}
