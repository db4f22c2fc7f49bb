import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { describeUnknown, type JobOffer, jobKinds, kindWords } from "@trainchain/protocol";
import {
  Amount,
  Badge,
  Checkbox,
  EmptyState,
  ErrorNotice,
  formatPol,
  formatSpan,
  Input,
  Loading,
  RelativeTime,
  Select,
  Skeleton,
} from "@trainchain/ui";
import { useState } from "react";
import { useAppState } from "../../agent/live-state.ts";
import { offersQuery } from "../../agent/queries.ts";
import { ProfileCard } from "../../parts/profile-form.tsx";
import { jobName, modelName } from "../../shell/format.ts";
import { Page } from "../../shell/page.tsx";
import { canTake, type OfferFilter, perHourOf, rowsOf, selectOffers } from "./select-offers.ts";

const everything: OfferFilter = { search: "", kind: "all", onlyTakeable: false, sort: "hour" };

/** Every open job, with what it pays and asks. */
export function JobsPage() {
  const { wallet } = useAppState();
  const { data, error, refetch } = useQuery({ ...offersQuery, enabled: Boolean(wallet?.delegate) });
  const offers = data?.items;
  const [filter, setFilter] = useState(everything);
  const selected = offers && selectOffers(offers, filter);
  return (
    <Page
      title="Jobs"
      lead="Open now. The list is kept up to date; nothing is taken until your wallet signs."
    >
      <ProfileCard />
      <FilterBar filter={filter} onChange={setFilter} />
      {offers && offers.length > 0 && <FitLine offers={offers} />}
      {data && data.unknown > 0 && (
        <p className="text-sm text-muted">{describeUnknown(data.unknown)}: a newer app may.</p>
      )}
      {error && (
        <ErrorNotice error={error} title="The jobs could not be fetched" onRetry={() => void refetch()} />
      )}
      {!selected && !error && (
        <Loading label="Fetching the jobs">
          <div className="grid gap-3">
            <Skeleton className="h-28 w-full" />
            <Skeleton className="h-28 w-full" />
          </div>
        </Loading>
      )}
      {selected?.length === 0 && (
        <EmptyState title={offers?.length === 0 ? "No job is open" : "No job fits"}>
          {offers?.length === 0
            ? "New jobs appear here by themselves."
            : "Change the search or the filters to see others."}
        </EmptyState>
      )}
      <ul className="grid gap-3" aria-label="Open jobs">
        {selected?.map((offer) => (
          <li key={offer.job.jobId}>
            <OfferCard offer={offer} />
          </li>
        ))}
      </ul>
    </Page>
  );
}

function FilterBar({ filter, onChange }: { filter: OfferFilter; onChange: (filter: OfferFilter) => void }) {
  const set = (change: Partial<OfferFilter>) => onChange({ ...filter, ...change });
  return (
    <search className="grid grid-cols-2 items-center gap-3 lg:grid-cols-[1fr_12rem_11rem_auto]">
      <div className="max-lg:col-span-2">
        <Input
          type="search"
          aria-label="Search jobs"
          placeholder="Title, model, requester, number"
          value={filter.search}
          onChange={(event) => set({ search: event.target.value })}
        />
      </div>
      <div>
        <Select
          aria-label="Kind of job"
          value={filter.kind}
          onChange={(event) => set({ kind: event.target.value as OfferFilter["kind"] })}
        >
          <option value="all">Every kind</option>
          {jobKinds.map((kind) => (
            <option key={kind} value={kind}>
              {kindWords[kind].name}
            </option>
          ))}
        </Select>
      </div>
      <div>
        <Select
          aria-label="Order"
          value={filter.sort}
          onChange={(event) => set({ sort: event.target.value as OfferFilter["sort"] })}
        >
          <option value="hour">Best paid hour</option>
          <option value="reward">Highest reward</option>
          <option value="deadline">Closing soonest</option>
          <option value="rows">Least data</option>
          <option value="newest">Newest</option>
        </Select>
      </div>
      <Checkbox
        label="Only those I can take"
        className="max-lg:col-span-2"
        checked={filter.onlyTakeable}
        onChange={(event) => set({ onlyTakeable: event.target.checked })}
      />
    </search>
  );
}

/** How many of the open jobs are for this machine, and what it takes to know. */
function FitLine({ offers }: { offers: readonly JobOffer[] }) {
  const fitting = offers.filter(canTake).length;
  const isMeasured = offers.some(({ fit }) => fit !== null && fit.estimatedSeconds !== null);
  return (
    <p className="text-sm text-muted">
      {offers.some(({ fit }) => fit !== null) &&
        `${fitting} of ${offers.length} open ${offers.length === 1 ? "job fits" : "jobs fit"} this machine and your wallet. `}
      {isMeasured
        ? "Times are the longest that training should take here."
        : "Open a job and check this machine once: from then on the list says how long each takes here and what an hour pays, where the model's size is known."}
    </p>
  );
}

function OfferCard({ offer }: { offer: JobOffer }) {
  const { job, freeSlots, obstacle, gasWei, requesterHistory } = offer;
  const { name, examples: unit } = kindWords[job.kind];
  const lacking = offer.fit && offer.fit.lacks.length > 0 && `It needs ${offer.fit.lacks.join(", ")}.`;
  const perHour = perHourOf(offer);
  return (
    <article className="relative grid gap-4 rounded-card border border-line bg-surface p-5 shadow-card transition-colors hover:border-edge focus-within:border-edge sm:grid-cols-[1fr_auto]">
      <div className="grid min-w-0 content-start gap-2">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="font-semibold">
            <Link to="/jobs/$jobId" params={{ jobId: job.jobId }} className="after:absolute after:inset-0">
              {jobName({ title: job.spec?.title, model: job.spec?.model.id })}
            </Link>
          </h2>
          <Badge tone={jobKinds.indexOf(job.kind) === 0 ? "info" : "neutral"}>{name}</Badge>
          {canTake(offer) ? (
            <Badge tone="positive" dot>
              {freeSlots} of {job.terms.maxContributors} {job.terms.maxContributors === 1 ? "slot" : "slots"}{" "}
              free
            </Badge>
          ) : (
            <Badge tone="warning">{obstacle ? "Not for you" : "Not for this machine"}</Badge>
          )}
        </div>
        <p className="line-clamp-2 text-sm text-muted">
          {(obstacle ?? lacking) || job.spec?.description || "No description."}
        </p>
        <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
          <span>Job {job.jobId}</span>
          {job.spec?.title && <span>{modelName(job.spec.model.id)}</span>}
          <span>
            up to {rowsOf(offer).toLocaleString("en")} {unit}
          </span>
          {offer.fit?.estimatedSeconds != null && (
            <span>up to {formatSpan(offer.fit.estimatedSeconds)} here</span>
          )}
          <span>{formatSpan(job.terms.trainingPeriodSeconds)} to train</span>
          {job.terms.acceptBy && (
            <span>
              closes <RelativeTime at={job.terms.acceptBy} />
            </span>
          )}
          <span>requester: {describeHistory(requesterHistory)}</span>
        </p>
      </div>
      <dl className="grid content-start gap-0.5 sm:text-right">
        <dt className="sr-only">Your share</dt>
        <dd className="text-xl font-semibold tracking-tight">
          <Amount wei={job.shareWei} withWorth />
        </dd>
        {perHour !== undefined && (
          <>
            <dt className="sr-only">An hour of training pays</dt>
            <dd className="text-sm">
              at least <Amount wei={perHour.toString()} withWorth /> an hour
            </dd>
          </>
        )}
        <dt className="sr-only">Costs</dt>
        <dd className="text-sm text-muted">
          {offer.relayedUntil === null ? (
            <>
              gas about <Amount wei={gasWei} />
            </>
          ) : (
            "the platform pays the gas"
          )}
        </dd>
        {job.terms.bondWei !== "0" && (
          <dd className="text-sm text-muted">
            bond <Amount wei={job.terms.bondWei} />, returned with{" "}
            {job.terms.bondBps === undefined ? "your delivery" : "the verdict"}
          </dd>
        )}
      </dl>
    </article>
  );
}

export function describeHistory({
  jobs,
  paidOut,
  cancelled,
  expired,
  paidWei,
  contributors,
}: JobOffer["requesterHistory"]): string {
  if (jobs <= 1) return "its first request";
  const whom = contributors === 1 ? "1 contributor" : `${contributors} contributors`;
  const ended = [
    paidOut > 0 && `${paidOut} paid out (${formatPol(paidWei)} POL to ${whom})`,
    cancelled > 0 && `${cancelled} cancelled`,
    expired > 0 && `${expired} expired`,
  ].filter(Boolean);
  return `${jobs} jobs${ended.length > 0 ? `, ${ended.join(", ")}` : ", none ended yet"}`;
}
