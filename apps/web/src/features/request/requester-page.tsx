import { useQuery } from "@tanstack/react-query";
import type { JobKind } from "@trainchain/protocol";
import { BranchIcon, ErrorNotice, Field, ImageIcon, Loading, Select, Skeleton } from "@trainchain/ui";
import type { ReactNode } from "react";
import { configQuery } from "../../api/open-queries.ts";
import { RequireSession } from "../../session/require-session.tsx";
import { Page } from "../../shell/page.tsx";
import { FormSection } from "./form-section.tsx";
import { ImageForm } from "./image-form.tsx";
import { LlmForm } from "./llm-form.tsx";
import { useStoredForm } from "./stored-form.ts";

const kinds: Record<JobKind, { title: string; icon: ReactNode; text: string }> = {
  "llm-finetune": {
    title: "LLM Finetuning",
    icon: <BranchIcon />,
    text: "One to five contributors each train on a part of your rows; their adapters are merged exactly.",
  },
  "image-classification": {
    title: "Image Classification",
    icon: <ImageIcon />,
    text: "One contributor trains a YOLO classifier on your labelled images.",
  },
};

export default function RequesterPage() {
  return (
    <Page
      title="New request"
      lead="Your data is checked on your machine first. You pay when all is ready, with one signature."
    >
      <RequireSession purpose="A request belongs to a wallet: it stakes the reward and receives the result.">
        <Request />
      </RequireSession>
    </Page>
  );
}

function Request() {
  const config = useQuery(configQuery);
  const { values, set } = useStoredForm("trainchain-request-kind", { kind: "llm-finetune" });
  const kind: JobKind = values.kind === "image-classification" ? values.kind : "llm-finetune";
  if (config.isError) return <ErrorNotice error={config.error} onRetry={() => void config.refetch()} />;
  if (!config.data) {
    return (
      <Loading label="Loading what this platform offers">
        <Skeleton className="h-96" />
      </Loading>
    );
  }
  return (
    <div className="grid gap-6">
      <FormSection title="Kind of training" text="Both are staked, verified and paid in the same way.">
        <Field
          label="What shall be trained?"
          hint={
            <span className="flex items-start gap-2">
              <span className="mt-0.5 text-accent-text">{kinds[kind].icon}</span>
              {kinds[kind].text}
            </span>
          }
        >
          <Select value={kind} onChange={({ target }) => set("kind", target.value)}>
            {Object.entries(kinds).map(([value, { title }]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </Select>
        </Field>
      </FormSection>
      {kind === "image-classification" ? (
        <ImageForm config={config.data} />
      ) : (
        <LlmForm config={config.data} />
      )}
    </div>
  );
}
