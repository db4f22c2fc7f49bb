import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createLocalStorage } from "@trainchain/storage";
import { scaleOf, startLoadWorld } from "./load-world.ts";
import { percentiles } from "./percentiles.ts";
import { startApiProcess } from "./serve-api.ts";

const ranges = 40;
const contentBytes = 256 * 1024 ** 2;
const warmUps = 20;

/** How long a visitor waits for the list of jobs: alone, and each time beside forty others who ask for a last byte. */
export async function measureNeighbour(times: number) {
  const world = await startLoadWorld(scaleOf(0.01));
  const { cid } = await createLocalStorage({ dir: join(world.dir, "storage") }).put(patterned());
  await world.connection.sql`insert into uploads (id, owner, purpose, file_name, size_bytes, finished_at, cid)
    values ('bench', ${world.chain.wallet(1)}, 'adapter', 'adapter.age', ${contentBytes}, now(), ${cid})`;
  const api = await startApiProcess(world, { TRUST_PROXY: "true" });
  const ask = async (path: string, from: string, headers: Record<string, string> = {}) => {
    const response = await fetch(api.baseUrl + path, { headers: { "x-forwarded-for": from, ...headers } });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  };
  const lastByte = { range: `bytes=${contentBytes - 1}-` };
  const askRanges = (turn: number) =>
    Array.from({ length: ranges }, (_, at) => ask(`/ipfs/${cid}`, `198.51.${turn % 250}.${at}`, lastByte));
  async function measure(beside: (turn: number) => Promise<void>[]) {
    const took: number[] = [];
    for (let turn = 0; turn < warmUps + times; turn += 1) {
      const others = beside(turn);
      const begun = performance.now();
      await ask("/jobs", `203.0.113.${turn % 250}`);
      if (turn >= warmUps) took.push(performance.now() - begun);
      await Promise.all(others);
    }
    return percentiles(took);
  }
  try {
    const alone = await measure(() => []);
    const beside = await measure(askRanges);
    return [
      { neighbour: "alone", ...alone },
      { neighbour: `beside ${ranges} last bytes of ${contentBytes / 1024 ** 2} MiB`, ...beside },
    ];
  } finally {
    await api.stop();
    await world.stop();
  }
}

/** Pieces that differ from each other, so that the content's blocks do. */
function* patterned(): Generator<Uint8Array> {
  const piece = Buffer.alloc(1024 ** 2);
  for (let index = 0; index < contentBytes / piece.length; index += 1) {
    piece.writeUInt32LE(index, 0);
    yield Uint8Array.from(piece);
  }
}
