import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ConfigView, type DraftView, kindWords } from "@trainchain/protocol";
import { payForDraft } from "@trainchain/requester";
import { Button, Card, ErrorNotice } from "@trainchain/ui";
import { draftQuery, myRequestsQuery } from "../../api/queries.ts";
import { inOneWindow } from "../../session/in-one-window.ts";
import { useEscrowCall } from "../../session/use-escrow-call.ts";
import { RewardPreview } from "./reward-preview.tsx";

/** The prepared job's money, and the one signature that opens it. */
export function PayForDraft({ draft, config }: { draft: DraftView; config: ConfigView }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const pay = useEscrowCall(async (platform) => {
    const { jobId } = await inOneWindow(`stake/${draft.id}`, () => payForDraft(platform, draft));
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: myRequestsQuery.queryKey }),
      queryClient.invalidateQueries({ queryKey: draftQuery(draft.id).queryKey }),
    ]);
    await navigate({ to: "/job/$jobId", params: { jobId: jobId.toString() } });
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
