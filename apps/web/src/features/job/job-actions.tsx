import { useQueryClient } from "@tanstack/react-query";
import {
  cancelJob,
  expireJob,
  listTakenSlots,
  releaseSlot,
  type SigningClient,
  settleJob,
} from "@trainchain/chain";
import { type JobView, TrainChainError } from "@trainchain/protocol";
import { Button, Card, ErrorNotice, showToast } from "@trainchain/ui";
import { api } from "../../api/api.ts";
import { jobQuery, timelineQuery } from "../../api/open-queries.ts";
import { useEscrowCall } from "../../session/use-escrow-call.ts";
import { type PossibleMove, possibleMoves } from "./possible-moves.ts";

type Address = `0x${string}`;

const words: Record<PossibleMove, { button: string; text: string; done: string }> = {
  cancelJob: {
    button: "Cancel and take the stake back",
    text: "Nobody holds a place in it: you may cancel, and the whole stake returns to you.",
    done: "The job is cancelled; the stake is back in your wallet.",
  },
  releaseSlot: {
    button: "Release the late slot",
    text: "A contributor missed its deadline. Anybody may free its slot for another.",
    done: "The slot is free again.",
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
  const move = useEscrowCall<PossibleMove>({
    call: (client, escrow, wanted) => send(client, escrow, jobId, wanted),
    async onMined(_, wanted) {
      showToast(words[wanted].done, "positive");
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: jobQuery(jobId).queryKey }),
        queryClient.invalidateQueries({ queryKey: timelineQuery(jobId).queryKey }),
      ]);
    },
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

async function send(client: SigningClient, escrow: Address, jobId: string, wanted: PossibleMove) {
  const job = { escrow, jobId: BigInt(jobId) };
  if (wanted === "cancelJob") return cancelJob(client, job);
  const taken = await listTakenSlots(client, { ...job, acceptedIn: await acceptances(jobId) });
  const contributors = taken.map(({ contributor }) => contributor);
  if (wanted === "settleJob") return settleJob(client, { ...job, contributors });
  if (wanted === "expireJob") return expireJob(client, { ...job, contributors });
  const now = Math.floor(Date.now() / 1_000);
  const late = taken.find(({ slot }) => slot.status === "accepted" && slot.timestamp < now);
  if (late) return releaseSlot(client, { ...job, contributor: late.contributor });
  throw new TrainChainError("conflict", "no slot of this job is overdue any more", {
    fix: "Load the page again.",
  });
}

/** The transactions in which slots of the job were taken. */
async function acceptances(jobId: string): Promise<Address[]> {
  const { items } = await api.getTimeline(jobId, { limit: 100 });
  return items
    .filter(({ event }) => event === "JobAccepted")
    .map(({ transactionHash }) => transactionHash as Address);
}
