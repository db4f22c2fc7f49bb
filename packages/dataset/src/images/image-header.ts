export const imageFormats = ["png", "jpeg", "webp", "bmp"] as const;
export type ImageFormat = (typeof imageFormats)[number];

export interface ImageHeader {
  format: ImageFormat;
  /** Pixels, as the file says; whether they are there is for a decoder to find out. */
  width: number;
  height: number;
}

/** File name endings of each format; the first is the one that we write. */
export const endingsOf: Record<ImageFormat, readonly string[]> = {
  png: ["png"],
  jpeg: ["jpg", "jpeg", "jfif", "jpe"],
  webp: ["webp"],
  bmp: ["bmp", "dib"],
};

/** Reads format and size from an image's first bytes; undefined where they are no image of these formats. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = readPng(view) ?? readJpeg(view) ?? readWebp(view) ?? readBmp(view);
  return found && found.width > 0 && found.height > 0 ? found : undefined;
}

function readPng(view: DataView): ImageHeader | undefined {
  const isPng = view.byteLength >= 33 && view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a;
  if (!isPng || textAt(view, 12, 4) !== "IHDR") return undefined;
  return { format: "png", width: view.getUint32(16), height: view.getUint32(20) };
}

/** Walks the segments up to the frame header (SOF0 to SOF15 without DHT, JPG and DAC). */
function readJpeg(view: DataView): ImageHeader | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 < view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { format: "jpeg", height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function readWebp(view: DataView): ImageHeader | undefined {
  if (view.byteLength < 30 || textAt(view, 0, 4) !== "RIFF" || textAt(view, 8, 4) !== "WEBP")
    return undefined;
  const kind = textAt(view, 12, 4);
  const format = "webp";
  if (kind === "VP8X") return { format, width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
  if (kind === "VP8 ")
    return { format, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind !== "VP8L") return undefined;
  const bits = view.getUint32(21, true);
  return { format, width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

function readBmp(view: DataView): ImageHeader | undefined {
  if (view.byteLength < 26 || textAt(view, 0, 2) !== "BM") return undefined;
  return { format: "bmp", width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

function textAt(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length));
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}
