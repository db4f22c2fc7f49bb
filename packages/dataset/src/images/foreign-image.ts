const textAt = (bytes: Uint8Array, at: number, length: number) =>
  String.fromCharCode(...bytes.subarray(at, at + length));

/** Brands of ISO media files (ISO/IEC 14496-12) that are still images. */
const brands: Record<string, string> = {
  ...{ heic: "HEIC", heix: "HEIC", hevc: "HEIC", hevx: "HEIC", heim: "HEIC", mif1: "HEIC", msf1: "HEIC" },
  ...{ avif: "AVIF", avis: "AVIF" },
};

const endings: Record<string, string> = {
  ...{ gif: "GIF", tif: "TIFF", tiff: "TIFF", heic: "HEIC", heif: "HEIC", hif: "HEIC", avif: "AVIF" },
  ...{ svg: "SVG", ico: "ICO", jp2: "JPEG 2000", jxl: "JPEG XL", psd: "Photoshop" },
  ...{ dng: "raw", cr2: "raw", nef: "raw", arw: "raw" },
};

/** The format of an image that is not taken, by its first bytes; undefined where they are no such image. */
export function foreignFormat(bytes: Uint8Array): string | undefined {
  const start = textAt(bytes, 0, 4);
  if (start === "GIF8") return "GIF";
  if (start === "II*\0" || start === "MM\0*") return "TIFF";
  if (textAt(bytes, 4, 4) === "ftyp") return brands[textAt(bytes, 8, 4)];
  if (start === "8BPS") return "Photoshop";
  if (start === "\0\0\u0001\0") return "ICO";
  if (textAt(bytes, 4, 4) === "jP  ") return "JPEG 2000";
  if (start.startsWith("\u00ff\n") || textAt(bytes, 4, 4) === "JXL ") return "JPEG XL";
  return undefined;
}

/** The same by a file's ending. */
export function foreignFormatOfName(ending: string): string | undefined {
  return Object.hasOwn(endings, ending) ? endings[ending] : undefined;
}
