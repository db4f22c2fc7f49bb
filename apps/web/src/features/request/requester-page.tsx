import { useQuery } from "@tanstack/react-query";
import type { JobKind } from "@trainchain/protocol";
import { classNames, ErrorNotice, Loading, Skeleton } from "@trainchain/ui";
import { configQuery } from "../../api/open-queries.ts";
import { RequireSession } from "../../session/require-session.tsx";
import { Page } from "../../shell/page.tsx";
import { ImageForm } from "./image-form.tsx";
import { LlmForm } from "./llm-form.tsx";
import { useStoredForm } from "./stored-form.ts";

const kinds: { kind: JobKind; title: string; text: string }[] = [
  {
    kind: "llm-finetune",
    title: "LLM Finetuning",
    text: "One to five contributors each train on a part of your rows; their adapters are merged exactly.",
  },
  {
    kind: "image-classification",
    title: "Image Classification",
    text: "One contributor trains a YOLO classifier on your labelled images.",
  },
];

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
  if (config.isError) return <ErrorNotice error={config.error} onRetry={() => void config.refetch()} />;
  if (!config.data) {
    return (
      <Loading label="Loading what this platform offers">
        <Skeleton className="h-96" />
      </Loading>
    );
  }
  return (
    <div className="grid gap-8">
      <fieldset className="grid gap-3 sm:grid-cols-2">
        <legend className="mb-2 text-sm font-medium">What shall be trained?</legend>
        {kinds.map(({ kind, title, text }) => (
          <label
            key={kind}
            className={classNames(
              "flex cursor-pointer gap-3 rounded-card border bg-surface p-4 transition-colors hover:border-ink",
              values.kind === kind ? "border-accent shadow-card" : "border-line",
            )}
          >
            <input
              type="radio"
              name="kind"
              checked={values.kind === kind}
              onChange={() => set("kind", kind)}
              className="mt-1 size-4 accent-accent"
            />
            <span className="grid content-start gap-1">
              <span className="font-medium">{title}</span>
              <span className="text-sm text-muted">{text}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {values.kind === "image-classification" ? (
        <ImageForm config={config.data} />
      ) : (
        <LlmForm config={config.data} />
      )}
    </div>
  );
}
