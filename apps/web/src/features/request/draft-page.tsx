import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { DraftView } from "@trainchain/protocol";
import {
  Button,
  buttonClasses,
  Card,
  Dialog,
  ErrorNotice,
  Loading,
  Notice,
  Progress,
  RelativeTime,
  Skeleton,
  Stepper,
} from "@trainchain/ui";
import { useState } from "react";
import { api } from "../../api/api.ts";
import { configQuery } from "../../api/open-queries.ts";
import { draftQuery, myRequestsQuery } from "../../api/queries.ts";
import { RequireSession } from "../../session/require-session.tsx";
import { Page } from "../../shell/page.tsx";
import { ChangeDraft } from "./change-draft.tsx";
import { draftReport } from "./draft-report.ts";
import { PayForDraft } from "./pay-for-draft.tsx";
import { ProblemTable } from "./problem-table.tsx";
import { SpecTable } from "./spec-table.tsx";

const route = getRouteApi("/draft/$draftId");

/** A request that is not on chain yet: prepared, shown with its terms, then signed or thrown away. */
export default function DraftPage() {
  const { draftId } = route.useParams();
  return (
    <Page title="Your request" width="wide">
      <RequireSession purpose="A draft is shown to the wallet that made it.">
        <Draft draftId={draftId} />
      </RequireSession>
    </Page>
  );
}

/** How long preparing takes where nothing else is in the way. */
const usualMs = 60_000;
const steps = ["Uploaded", "Checked, split and sealed", "Signed", "Listed"];

function Draft({ draftId }: { draftId: string }) {
  const {
    data: draft,
    dataUpdatedAt,
    error,
    refetch,
  } = useQuery({
    ...draftQuery(draftId),
    refetchInterval: ({ state }) => (state.data?.status === "preparing" ? 1_000 : false),
  });
  const config = useQuery(configQuery);
  const [isChanging, setChanging] = useState(false);
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!draft || !config.data) {
    return (
      <Loading label="Loading the draft">
        <Skeleton className="h-72" />
      </Loading>
    );
  }
  const current = { preparing: 1, failed: 1, ready: 2, listed: 4, deleted: 0 }[draft.status];
  return (
    <div className="grid gap-6">
      <Stepper
        label="From upload to listing"
        steps={steps}
        current={current}
        hasFailed={draft.status === "failed"}
      />
      {draft.status === "preparing" && (
        <Preparing isSlow={dataUpdatedAt - Date.parse(draft.createdAt) > usualMs} />
      )}
      {draft.status === "failed" && <FailedDraft draft={draft} />}
      {draft.changeable && isChanging && (
        <ChangeDraft draft={draft} changeable={draft.changeable} onDone={() => setChanging(false)} />
      )}
      {draft.status === "ready" && !isChanging && (
        <>
          <PayForDraft draft={draft} config={config.data} />
          {draft.spec && <SpecTable spec={draft.spec} memory={draft.memory} terms={draft.terms} />}
        </>
      )}
      {draft.status === "listed" && draft.jobId && <ListedNotice jobId={draft.jobId} />}
      {draft.endsAt && (
        <p className="text-sm text-muted">
          A draft that is not paid for is deleted with its data: this one <RelativeTime at={draft.endsAt} />.
        </p>
      )}
      {(draft.status === "ready" || draft.status === "failed") && (
        <div className="flex flex-wrap gap-3">
          {draft.changeable && !isChanging && (
            <Button variant="secondary" size="small" onClick={() => setChanging(true)}>
              Change title, reward or training
            </Button>
          )}
          <DeleteDraft draft={draft} />
        </div>
      )}
    </div>
  );
}

function Preparing({ isSlow }: { isSlow: boolean }) {
  return (
    <Card title="Preparing">
      <div className="grid gap-3">
        <p className="text-muted">
          Your data is checked again, a holdout is kept back, and the rest is shuffled, split and sealed. You
          may close this page: the draft waits under My Requests.
        </p>
        <Progress label="Preparing the data" />
        {isSlow && (
          <p>
            This takes longer than usual: the platform is busy, or a part of it is down. It goes on by itself
            as soon as it can, and nothing is lost or paid meanwhile.
          </p>
        )}
      </div>
    </Card>
  );
}

function ListedNotice({ jobId }: { jobId: string }) {
  return (
    <Notice
      tone="positive"
      title="This request is a job now"
      action={
        <Link to="/job/$jobId" params={{ jobId }} className={buttonClasses("secondary", "small")}>
          Open the job
        </Link>
      }
    />
  );
}

function FailedDraft({ draft }: { draft: DraftView }) {
  const report = draftReport(draft);
  return (
    <div className="grid gap-4">
      <Notice
        tone="danger"
        title={draft.changeable ? "So it cannot be done" : "The data cannot be used"}
        action={
          <Link to="/requester" className={buttonClasses("secondary", "small")}>
            Start again with another file
          </Link>
        }
      >
        <p className="first-letter:uppercase">{draft.error?.message}</p>
        {draft.error?.fix && <p>{draft.error.fix}</p>}
      </Notice>
      {report && <ProblemTable problems={report.problems} total={report.errors + report.warnings} />}
    </div>
  );
}

function DeleteDraft({ draft }: { draft: DraftView }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.deleteDraft(draft.id),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: myRequestsQuery.queryKey });
      await navigate({ to: "/my-requests" });
    },
  });
  return (
    <>
      <Button variant="danger" size="small" onClick={() => setAsking(true)}>
        Delete this draft and its data
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title="Delete this draft?"
        description="What you uploaded for it is deleted too. Nothing has been paid, and nothing brings it back."
      >
        <div className="grid gap-4">
          {remove.error && <ErrorNotice error={remove.error} />}
          <div className="flex flex-wrap gap-3">
            <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
              Delete it
            </Button>
            <Button variant="secondary" onClick={() => setAsking(false)}>
              Keep it
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}
