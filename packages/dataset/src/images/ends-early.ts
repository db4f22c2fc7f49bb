import type { ImageFormat } from "./image-header.ts";

/**
 * Whether an image's bytes stop before its format says they do, as of a download that broke off. What lies between
 * is for a decoder to judge.
 */
export function endsEarly(bytes: Uint8Array, format: ImageFormat): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (format) {
    case "png":
      return pngEndsEarly(view);
    case "jpeg":
      return jpegEndsEarly(view);
    case "webp":
      return view.getUint32(4, true) + 8 > bytes.length;
    case "bmp":
      return bmpEndsEarly(view);
  }
}

/** Counts the rows, each a multiple of four bytes, of a picture that is not compressed. */
function bmpEndsEarly(view: DataView): boolean {
  if (view.byteLength < 34 || view.getUint32(30, true) !== 0) return false;
  const rowBytes = 4 * Math.ceil((Math.abs(view.getInt32(18, true)) * view.getUint16(28, true)) / 32);
  return view.getUint32(10, true) + rowBytes * Math.abs(view.getInt32(22, true)) > view.byteLength;
}

/** Walks the chunks up to IEND. */
function pngEndsEarly(view: DataView): boolean {
  for (let at = 8; at + 12 <= view.byteLength; ) {
    if (view.getUint32(at + 4) === 0x49454e44) return false;
    at += 12 + view.getUint32(at);
  }
  return true;
}

/** Looks for the end of image behind the first scan; a preview inside a segment has one of its own before. */
function jpegEndsEarly(view: DataView): boolean {
  let at = 2;
  while (at + 4 <= view.byteLength && view.getUint8(at + 1) !== 0xda)
    at += view.getUint8(at + 1) === 0xff ? 1 : 2 + view.getUint16(at + 2);
  for (let end = view.byteLength - 2; end > at; end--) if (view.getUint16(end) === 0xffd9) return false;
  return true;
}
