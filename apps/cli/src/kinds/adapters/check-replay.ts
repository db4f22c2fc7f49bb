import type { EscrowEvent } from "@trainchain/chain";
import { type AdapterReceipt, type Address, drawnSegments, isReplayable } from "@trainchain/protocol";
import { drawSegments } from "@trainchain/protocol/node";
import type { Findings } from "../../receipt/findings.ts";

/** Which segments of each delivery were trained again follows from the block that its submission stands in. */
export function checkReplay(
  findings: Findings,
  { result }: AdapterReceipt,
  events: readonly EscrowEvent[],
): void {
  const { chainId, escrow, jobId } = result;
  for (const { contributor, slot, adapterCid, replay } of result.contributors) {
    if (!replay) continue;
    const what = `replay of ${contributor}`;
    const submitted = events.find(
      (event) =>
        event.name === "AdapterSubmitted" && event.contributor.toLowerCase() === contributor.toLowerCase(),
    );
    if (!submitted) {
      findings.cannot(`${what}, draw`, "the chain shows no submission of it");
      continue;
    }
    findings.compare(`${what}, block`, replay.blockHash, submitted.blockHash);
    const least = isReplayable(replay.arithmetic) ? drawnSegments(replay.segments, 0n) : 0;
    if (replay.drawn.length < least) {
      findings.differs(
        `${what}, draw`,
        `${replay.drawn.length} of ${replay.segments} are fewer than ${least}`,
      );
      continue;
    }
    if (replay.drawn.length === 0) {
      findings.cannot(`${what}, draw`, `none of it was trained again in ${replay.arithmetic}`);
      continue;
    }
    if (replay.drawn.length > replay.segments) {
      findings.differs(`${what}, draw`, `${replay.drawn.length} of ${replay.segments} cannot be drawn`);
      continue;
    }
    const from = {
      ...{ blockHash: submitted.blockHash, chainId, jobId: BigInt(jobId), slot, adapterCid },
      ...{ escrow: escrow as Address, contributor: contributor as Address },
    };
    const drawn = drawSegments(from, { segments: replay.segments, count: replay.drawn.length });
    findings.compare(`${what}, draw`, replay.drawn.join(", "), drawn.join(", "));
    findings.cannot(
      `${what}, distances`,
      "the rows and the states that training again takes are known to platform and contributor only",
    );
  }
}
