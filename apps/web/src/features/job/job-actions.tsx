import { useQueryClient } from "@tanstack/react-query";
import type { JobView } from "@trainchain/protocol";
import { type EscrowMove, escrowMoves, possibleMoves } from "@trainchain/requester";
import { Button, Card, ErrorNotice, showToast } from "@trainchain/ui";
import { jobQuery } from "../../api/open-queries.ts";
import { useEscrowCall } from "../../session/use-escrow-call.ts";
import { timelineQuery } from "./job-timeline.tsx";

const words: Record<EscrowMove, { button: string; text: string; done: string }> = {
  enforceRejection: {
    button: "Let the refusal take effect",
    text: "A refusal was not appealed, or not ruled on in time: anybody may let it take effect.",
    done: "The refusal has taken effect.",
  },
  cancelJob: {
    button: "Cancel and take the stake back",
    text: "Nobody has a slot of it: you may cancel, and the whole stake returns to you.",
    done: "The job is cancelled; the stake is back in your wallet.",
  },
  releaseSlot: {
    button: "Release late slots",
    text: "A contributor missed its deadline. Anybody may free its slot for another: a signature a slot.",
    done: "What was late is free again.",
  },
  settleJob: {
    button: "Settle the job",
    text: "The platform was silent for the whole review period. Anybody may have the delivered work paid.",
    done: "The job is settled: delivered work is paid.",
  },
  expireJob: {
    button: "End the job",
    text: "The least number of deliveries can no longer be reached. Anybody may end the job: what was delivered is paid, the rest is refunded.",
    done: "The job is ended: delivered work is paid, the rest refunded.",
  },
};

/** What the signed-in wallet may do with the job on the escrow now. */
export default function JobActions({ job, isRequester }: { job: JobView; isRequester: boolean }) {
  const queryClient = useQueryClient();
  const { jobId } = job;
  const move = useEscrowCall(async (platform, wanted: EscrowMove) => {
    await escrowMoves[wanted](platform, BigInt(jobId));
    showToast(words[wanted].done, "positive");
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: jobQuery(jobId).queryKey }),
      queryClient.invalidateQueries({ queryKey: timelineQuery(jobId).queryKey }),
    ]);
  });
  const moves = possibleMoves(job, isRequester, Math.floor(Date.now() / 1_000));
  if (moves.length === 0) return null;
  return (
    <Card title="You can do this now">
      <div className="grid gap-4">
        {move.error && <ErrorNotice error={move.error} />}
        {moves.map((wanted) => (
          <div key={wanted} className="flex flex-wrap items-center justify-between gap-4">
            <p className="max-w-prose text-muted">{words[wanted].text}</p>
            <Button variant="secondary" busy={move.isPending} onClick={() => move.mutate(wanted)}>
              {words[wanted].button}
            </Button>
          </div>
        ))}
      </div>
    </Card>
  );
}
