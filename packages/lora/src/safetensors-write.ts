/** An F32 tensor to be written. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface SafetensorsPlan {
  /** Length word and header, padded with spaces to a multiple of 8 bytes. */
  readonly head: Uint8Array;
  /** Where each tensor begins in the file, in the order given. */
  readonly offsets: readonly number[];
  readonly sizeBytes: number;
}

/**
 * Lays out a file of F32 tensors in the order given, so that each can be written at its place by anybody at any
 * time. The same specs give the same bytes.
 */
export function planSafetensors(
  tensors: readonly TensorSpec[],
  metadata: Readonly<Record<string, string>> = { format: "pt" },
): SafetensorsPlan {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const begins: number[] = [];
  let position = 0;
  for (const { name, shape } of tensors) {
    const end = position + shape.reduce((product, size) => product * size, 4);
    header[name] = { dtype: "F32", shape, data_offsets: [position, end] };
    begins.push(position);
    position = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(8 + padded).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(json, 8);
  return { head, offsets: begins.map((begin) => head.length + begin), sizeBytes: head.length + position };
}
