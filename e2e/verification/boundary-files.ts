/** A safetensors file taken apart: metadata, where each tensor lies, and their bytes. */
interface Parts {
  metadata: Record<string, string>;
  tensors: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  data: Buffer;
}

function takeApart(file: Buffer): Parts {
  const end = 8 + Number(file.readBigUInt64LE(0));
  const { __metadata__: metadata, ...tensors } = JSON.parse(file.toString("utf8", 8, end));
  return { metadata, tensors, data: Buffer.from(file.subarray(end)) };
}

function putTogether({ metadata, tensors, data }: Parts): Buffer {
  const text = JSON.stringify({ __metadata__: metadata, ...tensors });
  const header = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, data]);
}

/** The same file with other metadata. */
export function withMetadata(file: Buffer, changes: Record<string, string | undefined>): Buffer {
  const parts = takeApart(file);
  const metadata = Object.fromEntries(
    Object.entries({ ...parts.metadata, ...changes }).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  return putTogether({ ...parts, metadata });
}

/** A state that was never trained: as far from the start as `factor` times an honest one, which says that it is later. */
export function extrapolated(start: Buffer, honest: Buffer, factor: number, step: number): Buffer {
  const [from, to] = [takeApart(start), takeApart(honest)];
  for (const [name, { data_offsets: place }] of Object.entries(to.tensors)) {
    if (name.includes(".exp_avg")) continue;
    for (let at = place[0]; at < place[1]; at += 4) {
      const origin = from.data.readFloatLE(at);
      to.data.writeFloatLE(origin + factor * (to.data.readFloatLE(at) - origin), at);
    }
  }
  return putTogether({ ...to, metadata: { step: `${step}`, updates: `${step}` } });
}

/** The adapter of a state, committing to these states. */
export function adapterOf(state: Buffer, metadata: Record<string, string>): Buffer {
  const { tensors, data } = takeApart(state);
  const kept: Parts["tensors"] = {};
  const pieces: Buffer[] = [];
  let at = 0;
  for (const [name, { data_offsets: place, ...tensor }] of Object.entries(tensors)) {
    if (name.includes(".exp_avg")) continue;
    const piece = data.subarray(...place);
    kept[name] = { ...tensor, data_offsets: [at, at + piece.length] };
    pieces.push(piece);
    at += piece.length;
  }
  return putTogether({ metadata, tensors: kept, data: Buffer.concat(pieces) });
}

/** The metadata of a delivered adapter. */
export const metadataOf = (file: Buffer) => takeApart(file).metadata;

/** How far the farthest value of B lies from 0. */
export function farthestB(state: Buffer): number {
  const { tensors, data } = takeApart(state);
  let most = 0;
  for (const [name, { data_offsets: place }] of Object.entries(tensors))
    if (name.endsWith("lora_B.weight"))
      for (let at = place[0]; at < place[1]; at += 4) most = Math.max(most, Math.abs(data.readFloatLE(at)));
  return most;
}
