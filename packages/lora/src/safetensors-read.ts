import { malformed } from "./adapter-error.ts";
import type { ByteSource } from "./byte-source.ts";
import { parseStrictJson } from "./strict-json.ts";

/** Types an adapter may hold, with their bytes per value. */
export const dtypeSizes = { F32: 4, F16: 2, BF16: 2 } as const;
export type Dtype = keyof typeof dtypeSizes;

export interface TensorInfo {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** From the start of the file. */
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface SafetensorsHeader {
  /** In the order of their bytes in the file. */
  readonly tensors: readonly TensorInfo[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly headerBytes: number;
}

const maxHeaderBytes = 1 << 20;

/**
 * The header of a safetensors file, read strictly: at most 1 MiB, no key twice, no field unknown, only F32, F16
 * and BF16, and offsets that follow each other without gap or overlap to the very end of the file.
 * Format: https://github.com/huggingface/safetensors#format
 * @throws AdapterError check "safetensors"
 */
export async function readSafetensorsHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const { sizeBytes } = source;
  if (sizeBytes < 10) throw malformed(`The file has ${sizeBytes} bytes, too few for a safetensors header.`);
  const headerBytes = headerLength(await source.read(0, 8), sizeBytes);
  const entries = parseHeader(await source.read(8, headerBytes));
  let metadata: Record<string, string> = {};
  const tensors: TensorInfo[] = [];
  for (const [name, entry] of Object.entries(entries)) {
    if (name === "__metadata__") metadata = parseMetadata(entry);
    else tensors.push(parseTensor(name, entry, 8 + headerBytes));
  }
  tensors.sort((a, b) => a.offset - b.offset || a.sizeBytes - b.sizeBytes);
  assertCovering(tensors, 8 + headerBytes, sizeBytes);
  return { tensors, metadata, headerBytes };
}

function headerLength(prefix: Uint8Array, sizeBytes: number): number {
  const length = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw malformed(`The header claims ${length} bytes; at most ${maxHeaderBytes} are read.`, {
      length: String(length),
    });
  }
  if (length < 2n || 8n + length > BigInt(sizeBytes)) {
    throw malformed(`The header claims ${length} bytes in a file of ${sizeBytes}.`, {
      length: String(length),
      sizeBytes,
    });
  }
  return Number(length);
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (text[0] !== "{") throw new SyntaxError("it does not begin with {");
    value = parseStrictJson(text);
  } catch (error) {
    throw malformed(
      `The header is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  if (!isObject(value)) throw malformed("The header is not a JSON object.");
  return value;
}

function parseMetadata(entry: unknown): Record<string, string> {
  if (!isObject(entry)) throw malformed("__metadata__ is not an object.");
  for (const [key, value] of Object.entries(entry)) {
    if (typeof value !== "string") throw malformed(`__metadata__.${key} is not a string.`, { key });
  }
  return entry as Record<string, string>;
}

function parseTensor(name: string, entry: unknown, dataStart: number): TensorInfo {
  const facts = { tensor: name };
  if (!isObject(entry)) throw malformed(`The entry of tensor ${name} is not an object.`, facts);
  const { dtype, shape, data_offsets: offsets, ...rest } = entry;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) throw malformed(`Tensor ${name} has the unknown field ${unknown}.`, facts);
  if (typeof dtype !== "string" || !Object.hasOwn(dtypeSizes, dtype)) {
    throw malformed(`Tensor ${name} is ${String(dtype)}; only F32, F16 and BF16 are accepted.`, {
      ...facts,
      dtype,
    });
  }
  if (!isSizes(shape)) throw malformed(`The shape of tensor ${name} is not a list of sizes.`, facts);
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw malformed(`The data_offsets of tensor ${name} are not two positions.`, facts);
  }
  const itemBytes = dtypeSizes[dtype as Dtype];
  const sizeBytes = shape.reduce((product, size) => product * size, itemBytes);
  const [begin, end] = offsets as [number, number];
  if (!Number.isSafeInteger(sizeBytes) || end - begin !== sizeBytes) {
    throw malformed(
      `Tensor ${name} of shape [${shape}] takes ${sizeBytes} bytes, its data_offsets span ${end - begin}.`,
      facts,
    );
  }
  const offset = dataStart + begin;
  if (offset % itemBytes !== 0)
    throw malformed(`Tensor ${name} is not aligned to its ${itemBytes}-byte values.`, facts);
  return { name, dtype: dtype as Dtype, shape, offset, sizeBytes };
}

function assertCovering(tensors: readonly TensorInfo[], dataStart: number, sizeBytes: number): void {
  let position = dataStart;
  for (const tensor of tensors) {
    if (tensor.offset !== position) {
      const what = tensor.offset < position ? "overlaps the one before it" : "leaves a gap before it";
      throw malformed(`Tensor ${tensor.name} ${what}.`, {
        tensor: tensor.name,
        offset: tensor.offset,
        position,
      });
    }
    position += tensor.sizeBytes;
  }
  if (position !== sizeBytes) {
    throw malformed(`The tensors end at byte ${position}, the file at ${sizeBytes}.`, {
      position,
      sizeBytes,
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
