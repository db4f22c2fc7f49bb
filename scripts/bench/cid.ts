import { createHash } from "node:crypto";
import { computeCid } from "@trainchain/storage";

const sizeMb = 200;
const pieceBytes = 262_144;
const turns = 3;

/** The same piece again and again costs as much to hash as different ones. */
function* pieces(): Generator<Uint8Array> {
  const piece = new Uint8Array(pieceBytes).map((_, index) => index * 31);
  for (let sent = 0; sent < sizeMb * 1e6; sent += pieceBytes) yield piece;
}

function sha256(): void {
  const hash = createHash("sha256");
  for (const piece of pieces()) hash.update(piece);
  hash.digest();
}

export default {
  name: "cid",
  about: `computeCid beside sha256 alone, ${sizeMb} MB from memory`,
  async run() {
    const tools = { computeCid: () => computeCid(pieces()), "sha256 alone": async () => sha256() };
    const rows = [];
    for (const [tool, work] of Object.entries(tools)) {
      let best = Number.POSITIVE_INFINITY;
      for (let turn = 0; turn < turns; turn++) {
        const begun = performance.now();
        await work();
        best = Math.min(best, (performance.now() - begun) / 1_000);
      }
      rows.push({ tool, sizeMb, seconds: best, mbPerSecond: sizeMb / best });
    }
    return { rows, ratios: { "seconds, computeCid / sha256": rows[0]!.seconds / rows[1]!.seconds } };
  },
};
