export interface FormFile {
  field: string;
  fileName: string;
  blob: Blob;
}

/**
 * A form with a file (multipart/form-data, RFC 7578) as one Blob, whose type names the boundary: the file is read as
 * it is sent. fetch would take a FormData too, but when a server answers before it has read one to its end, undici 7
 * goes on writing to a stream that it has closed, and that failure ends the process.
 */
export function multipartForm(fields: Record<string, string>, file: FormFile): Blob {
  // Blobs keep their type in small letters, and so must the boundary be.
  const boundary = `trainchain-${crypto.randomUUID()}`;
  const head = (disposition: string, type?: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n${type ? `content-type: ${type}\r\n` : ""}\r\n`;
  const parts = Object.entries(fields).map(
    ([name, value]) => `${head(`name="${escaped(name)}"`)}${value}\r\n`,
  );
  const ofFile = `name="${escaped(file.field)}"; filename="${escaped(file.fileName)}"`;
  return new Blob(
    [
      ...parts,
      head(ofFile, file.blob.type || "application/octet-stream"),
      file.blob,
      `\r\n--${boundary}--\r\n`,
    ],
    { type: `multipart/form-data; boundary=${boundary}` },
  );
}

/** A name inside quotes, as browsers write it. */
function escaped(name: string): string {
  return name.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22");
}
