import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { createJob, findCreatedJobId, type JobTerms } from "@trainchain/chain";
import {
  type ConfigView,
  type DraftView,
  escrowTermsSchema,
  kindWords,
  TrainChainError,
} from "@trainchain/protocol";
import { Button, Card, ErrorNotice } from "@trainchain/ui";
import { api } from "../../api/api.ts";
import { draftQuery, myRequestsQuery } from "../../api/queries.ts";
import { useEscrowCall } from "../../session/use-escrow-call.ts";
import { RewardPreview } from "./reward-preview.tsx";

/** The prepared job's money, and the one signature that opens it. */
export function PayForDraft({ draft, config }: { draft: DraftView; config: ConfigView }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const pay = useEscrowCall({
    async call(client, escrow) {
      // Terms are asked for again: the time to join counts from the signature.
      const fresh = await api.getDraft(draft.id);
      return createJob(client, { escrow, terms: termsOf(fresh), stakeWei: BigInt(fresh.stakeWei) });
    },
    async onMined(receipt) {
      const jobId = findCreatedJobId(receipt);
      if (jobId === undefined) throw new TrainChainError("internal", "the transaction made no job");
      await untilListed(draft.id, jobId);
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: myRequestsQuery.queryKey }),
        queryClient.invalidateQueries({ queryKey: draftQuery(draft.id).queryKey }),
      ]);
      await navigate({ to: "/job/$jobId", params: { jobId: jobId.toString() } });
    },
  });
  const { series } = draft;
  return (
    <Card title={series ? `Ready to sign: round ${series.round} of ${series.rounds}` : "Ready to sign"}>
      <div className="grid gap-4">
        {draft.nextStep && <p className="text-muted">{draft.nextStep}</p>}
        <RewardPreview
          config={config}
          rewardWei={BigInt(draft.stakeWei)}
          contributors={draft.terms?.maxContributors ?? 1}
          minContributors={draft.terms?.minContributors ?? 1}
          rounds={1}
          rows={draft.spec?.dataset.rows}
          unit={kindWords[draft.kind].examples}
        />
        {pay.error && <ErrorNotice error={pay.error} />}
        <div className="flex flex-wrap items-center gap-4">
          <Button size="large" busy={pay.isPending} onClick={() => pay.mutate(undefined)}>
            Stake and open the job
          </Button>
          <p className="text-sm text-muted">
            {pay.isPending
              ? "Answer your wallet; then the job appears within a few blocks."
              : "Your wallet shows the same amount and asks for one signature."}
          </p>
        </div>
      </div>
    </Card>
  );
}

function termsOf({ terms, id }: DraftView): JobTerms {
  if (!terms)
    throw new TrainChainError("not-ready", `the draft ${id} has no terms yet`, { fix: "Try again." });
  const { aggregator, ...rest } = escrowTermsSchema.parse(terms);
  return { ...rest, aggregator: aggregator as `0x${string}` };
}

const listingPatienceMs = 60_000;
const pauseMs = 500;

/** Waits until the indexer has seen the job. A transaction that is mined is not lost, however long that takes. */
async function untilListed(draftId: string, jobId: bigint): Promise<void> {
  for (let waitedMs = 0; waitedMs < listingPatienceMs; waitedMs += pauseMs) {
    if ((await api.getDraft(draftId)).jobId !== null) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new TrainChainError("not-ready", `job ${jobId} is paid for and on chain, but not listed yet`, {
    fix: "Look under My Requests in a minute. Do not sign again.",
  });
}
