import type { ProblemKind } from "./problems.ts";

/** A file that is no dataset, told from its first bytes. */
export interface ForeignFile {
  kind: ProblemKind;
  detail?: string;
}

/** First bytes, as hexadecimal or text, of files that people send by mistake. */
const signatures: readonly [hex: string, kind: ProblemKind, name: string][] = [
  ["d0cf11e0a1b11ae1", "office-file", "an old Office file (.xls, .doc)"],
  ["25504446", "office-file", "a PDF"],
  ["7b5c727466", "office-file", "an RTF document"],
  ["377abcaf271c", "packed-file", "a 7z archive"],
  ["526172211a07", "packed-file", "a RAR archive"],
  ["425a68", "packed-file", "a bzip2 file"],
  ["fd377a585a00", "packed-file", "an xz file"],
  ["28b52ffd", "packed-file", "a Zstandard file"],
  ["04224d18", "packed-file", "an LZ4 file"],
  ["504b0506", "no-rows", "it is an empty zip archive"],
  ["4152524f5731", "binary-file", "an Arrow file; in Python, datasets.load_from_disk(…).to_parquet(…)"],
  ["53514c69746520666f726d6174", "binary-file", "an SQLite database"],
  ["894844460d0a1a0a", "binary-file", "an HDF5 file"],
  ["934e554d5059", "binary-file", "a NumPy array"],
  ["4f626a01", "binary-file", "an Avro file"],
  ["89504e470d0a1a0a", "binary-file", "a PNG image"],
  ["ffd8ff", "binary-file", "a JPEG image"],
];

const lfsVersion = "version https://git-lfs.github.com/spec/";

/** What a file is that is no dataset; undefined where its rows may be read. */
export function findForeignFile(beginning: Uint8Array): ForeignFile | undefined {
  const hex = Array.from(beginning.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const signature = signatures.find(([start]) => hex.startsWith(start));
  if (signature) return { kind: signature[1], detail: signature[2] };
  if (isTar(beginning)) return { kind: "packed-file", detail: "a tar archive" };
  const text = new TextDecoder()
    .decode(beginning.subarray(0, 2_048))
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (text.startsWith(lfsVersion)) {
    const size = /^size (\d{1,15})$/m.exec(text)?.[1];
    const detail = size && `${Number(size).toLocaleString("en")} bytes are elsewhere`;
    return detail ? { kind: "lfs-pointer", detail } : { kind: "lfs-pointer" };
  }
  if (/^<(!doctype html|html|head|body|!--)/i.test(text)) return { kind: "html-page" };
  if (isBinary(beginning)) return { kind: "binary-file" };
  return undefined;
}

function isTar(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(257, 262)) === "ustar";
}

/** Control characters that no text has, a tenth of what is seen at least: single ones are a row's own problem. */
function isBinary(bytes: Uint8Array): boolean {
  const seen = bytes.subarray(0, 4_096);
  const strange = seen.filter((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b));
  return strange.length > 0 && strange.length * 10 >= seen.length;
}

/** The encoding of two-byte text, by its mark or by where its zeros are; undefined for any other. */
export function utf16Encoding(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes[2] === 0 && bytes[3] === 0 ? undefined : "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const seen = bytes.subarray(0, 64);
  const zeros = [0, 1].map((odd) => seen.filter((byte, at) => at % 2 === odd && byte === 0).length);
  if (seen.length < 4) return undefined;
  const half = Math.floor(seen.length / 2);
  if (zeros[0] === 0 && zeros[1]! > half * 0.8) return "utf-16le";
  if (zeros[1] === 0 && zeros[0]! > half * 0.8) return "utf-16be";
  return undefined;
}
