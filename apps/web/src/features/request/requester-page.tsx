import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { escrowTakes, firstKind, jobKinds } from "@trainchain/protocol";
import { ErrorNotice, Field, Loading, Select, Skeleton } from "@trainchain/ui";
import { Suspense } from "react";
import { configQuery } from "../../api/open-queries.ts";
import { Page } from "../../shell/page.tsx";
import { FormSection } from "./form-section.tsx";
import { requests } from "./kinds/index.tsx";
import { kindKey, RunAgain } from "./run-again.tsx";
import { useStoredForm } from "./stored-form.ts";

const route = getRouteApi("/requester");

export default function RequesterPage() {
  const { again } = route.useSearch();
  return (
    <Page
      title="New request"
      lead="Your data is checked on your machine first. A wallet is needed to send it; you pay when all is ready, with one signature."
    >
      {again === undefined ? <Request /> : <RunAgain jobId={again} />}
    </Page>
  );
}

function Request() {
  const config = useQuery(configQuery);
  const { values, set } = useStoredForm(kindKey, { kind: firstKind as string });
  const offered = jobKinds.filter((one) => escrowTakes(config.data?.escrowVersion, one));
  const kind = offered.find((known) => known === values.kind) ?? firstKind;
  const { Form, icon, text } = requests[kind];
  if (config.isError && !config.data)
    return <ErrorNotice error={config.error} onRetry={() => void config.refetch()} />;
  if (!config.data) {
    return (
      <Loading label="Loading what this platform offers">
        <Skeleton className="h-96" />
      </Loading>
    );
  }
  return (
    <div className="grid gap-6">
      <FormSection title="Kind of training" text="All are staked, verified and paid in the same way.">
        <Field
          label="What shall be trained?"
          hint={
            <span className="flex items-start gap-2">
              <span className="mt-0.5 text-accent-text">{icon}</span>
              {text}
            </span>
          }
        >
          <Select value={kind} onChange={({ target }) => set("kind", target.value)}>
            {offered.map((one) => (
              <option key={one} value={one}>
                {requests[one].title}
              </option>
            ))}
          </Select>
        </Field>
      </FormSection>
      <Suspense fallback={<Skeleton className="h-96" />}>
        <Form config={config.data} />
      </Suspense>
    </div>
  );
}
