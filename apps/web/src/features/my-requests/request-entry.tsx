import { Link } from "@tanstack/react-router";
import {
  type DraftStatus,
  type DraftView,
  isDelivered,
  type JobStatus,
  type JobView,
  kindWords,
} from "@trainchain/protocol";
import {
  Amount,
  Badge,
  buttonClasses,
  Card,
  formatCompletionRate,
  RelativeTime,
  type Tone,
} from "@trainchain/ui";
import type { ReactNode } from "react";
import { apiUrl } from "../../api/api-url.ts";
import { describeJobState } from "../../parts/describe-job-state.ts";
import { useIsElsewhere } from "../../parts/job-link.tsx";
import { titleOf } from "../../parts/job-title.ts";
import { NextStep } from "../../parts/next-step.tsx";
import { RunAgainLink } from "../../parts/run-again-link.tsx";
import { SlotBadge } from "../../parts/slot-badge.tsx";

const draftStates: Record<DraftStatus, { text: string; tone: Tone; next: string }> = {
  preparing: {
    text: "Being prepared",
    tone: "info",
    next: "The data is checked, split and sealed. Then you sign.",
  },
  ready: {
    text: "Ready to sign",
    tone: "warning",
    next: "Look at the terms and stake the reward. Nothing is paid yet.",
  },
  failed: { text: "Data refused", tone: "danger", next: "See what is wrong with the file." },
  listed: { text: "Listed", tone: "positive", next: "" },
  deleted: { text: "Deleted", tone: "neutral", next: "" },
};

/** A request that is not on chain yet. */
export function DraftEntry({ draft }: { draft: DraftView }) {
  const { text, tone, next } = draftStates[draft.status];
  const kind = kindWords[draft.kind].name;
  const round = draft.series ? `, round ${draft.series.round} of ${draft.series.rounds}` : "";
  return (
    <Entry
      title={`${draft.title || draft.spec?.model.id || kind}${round}`}
      badge={<Badge tone={tone}>{text}</Badge>}
      detail={draft.nextStep ?? next}
      facts={
        <>
          <Amount wei={draft.stakeWei} withWorth /> · made <RelativeTime at={draft.createdAt} />
          {draft.endsAt && (
            <>
              {" "}
              · deleted <RelativeTime at={draft.endsAt} /> if not paid for
            </>
          )}
        </>
      }
      action={
        <Link
          to="/draft/$draftId"
          params={{ draftId: draft.id }}
          className={buttonClasses("secondary", "small")}
        >
          {draft.status === "ready" ? "Look and sign" : "Open"}
        </Link>
      }
    />
  );
}

/** A job on chain: its state in words, what comes next and by when, and who works on it. */
export function JobEntry({ job, outcome }: { job: JobView; outcome: string | null }) {
  const { text, tone } = describeJobState(job);
  const isElsewhere = useIsElsewhere(job.escrow);
  const round = job.series ? `, round ${job.series.round} of ${job.series.rounds}` : "";
  return (
    <Entry
      title={`Job ${job.jobId}${isElsewhere ? " of an earlier contract" : ""}: ${titleOf(job)}${round}`}
      badge={<Badge tone={tone}>{text}</Badge>}
      detail={<NextStep of={job.nextStep} />}
      facts={
        <>
          <Amount wei={job.stakeWei} withWorth /> · {job.slots.filter(isDelivered).length} of{" "}
          {job.terms.maxContributors} delivered · opened <RelativeTime at={job.createdAt} />
        </>
      }
      action={
        <div className="flex flex-wrap gap-2 sm:justify-end">
          {outcome !== null && (
            <a
              href={`${apiUrl}/jobs/${job.jobId}/result${isElsewhere ? `?escrow=${job.escrow}` : ""}`}
              download
              className={buttonClasses("primary", "small")}
            >
              Download
            </a>
          )}
          {!isElsewhere && job.status !== "open" && job.spec && <RunAgainLink jobId={job.jobId} />}
          {!isElsewhere && (
            <Link
              to="/job/$jobId"
              params={{ jobId: job.jobId }}
              className={buttonClasses("secondary", "small")}
            >
              Open
            </Link>
          )}
        </div>
      }
    >
      {outcome !== null && <p className="text-sm font-medium">{outcome}</p>}
      {job.slots.length > 0 && <Workers slots={job.slots} jobStatus={job.status} />}
    </Entry>
  );
}

function Workers({ slots, jobStatus }: { slots: JobView["slots"]; jobStatus: JobStatus }) {
  return (
    <ul aria-label="Contributors" className="flex flex-wrap gap-x-6 gap-y-1.5 text-sm">
      {slots.map(({ slot, contributor, status, completionRate }) => (
        <li key={`${slot}/${contributor}`} className="flex flex-wrap items-center gap-x-2">
          <span className="font-mono text-xs">{contributor}</span>
          <SlotBadge slot={{ status }} jobStatus={jobStatus} />
          <span className="text-muted">completion rate {formatCompletionRate(completionRate)}</span>
        </li>
      ))}
    </ul>
  );
}

function Entry({
  title,
  badge,
  detail,
  facts,
  action,
  children,
}: {
  title: string;
  badge: ReactNode;
  detail: ReactNode;
  facts: ReactNode;
  action: ReactNode;
  children?: ReactNode;
}) {
  return (
    <Card className="grid gap-3 sm:grid-cols-[1fr_auto] sm:items-center">
      <div className="grid gap-1.5">
        <div className="flex flex-wrap items-center gap-3">
          <h2 className="font-semibold break-all">{title}</h2>
          {badge}
        </div>
        <p>{detail}</p>
        <p className="text-sm text-muted">{facts}</p>
        {children}
      </div>
      {action}
    </Card>
  );
}
