/**
 * An answer's body as text.
 *
 * @throws what `onMore` makes, where it has more than `mostBytes`
 */
export async function readText({ body }: Response, mostBytes: number, onMore: () => Error): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.length;
    if (bytes > mostBytes) throw onMore();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}
