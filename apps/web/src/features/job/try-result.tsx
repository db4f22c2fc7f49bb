import { useMutation, useQuery } from "@tanstack/react-query";
import { type AnyReceipt, TrainChainError, type TrialView, trialLimits } from "@trainchain/protocol";
import { Button, Card, ErrorNotice, Field, Spinner, Textarea } from "@trainchain/ui";
import { useState } from "react";
import { api } from "../../api/api.ts";
import { receiptQuery } from "../../api/open-queries.ts";
import { trialQuery } from "../../api/queries.ts";

const models = [
  { model: "base", title: "Base model" },
  { model: "tuned", title: "Your tuned model" },
] as const;

/** The try-it box, where the platform has an evaluator: it then measured the result, and can run it. */
export default function TryResult({ jobId }: { jobId: string }) {
  const { data: receipt } = useQuery(receiptQuery<AnyReceipt>(jobId));
  return receipt?.result.evaluation ? <TryBox jobId={jobId} /> : null;
}

/** A prompt to the result, answered by the base model and the tuned one side by side. */
function TryBox({ jobId }: { jobId: string }) {
  const [trialId, keepTrialId] = useKeptTrial(jobId);
  const [prompt, setPrompt] = useState("");
  const ask = useMutation({
    mutationFn: () => api.tryResult(jobId, prompt.trim()),
    onSuccess: ({ id }) => keepTrialId(id),
  });
  const trial = useQuery({ ...trialQuery(jobId, trialId ?? ""), enabled: trialId !== undefined });
  const shown = trialId === undefined ? undefined : trial.data;
  const busy = ask.isPending || shown?.status === "queued" || shown?.status === "answering";
  // What was asked in this tab is forgotten by the platform after an hour, and then by the tab.
  const forgotten = trial.error instanceof TrainChainError && trial.error.code === "not-found";
  return (
    <Card title="Try it">
      <form
        className="grid justify-items-start gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <Field
          className="w-full"
          label="Prompt"
          hint={`Both models answer it, in at most ${trialLimits.answerTokens} tokens each. Prompt and answers are kept for an hour.`}
          aside={prompt && `${prompt.length} / ${trialLimits.promptCharacters}`}
        >
          <Textarea
            required
            maxLength={trialLimits.promptCharacters}
            value={prompt}
            onChange={({ target }) => setPrompt(target.value)}
          />
        </Field>
        <Button type="submit" busy={busy} disabled={!prompt.trim()}>
          Ask both models
        </Button>
      </form>
      {ask.error && <ErrorNotice className="mt-4" error={ask.error} />}
      {trial.error && !forgotten && (
        <ErrorNotice className="mt-4" error={trial.error} onRetry={() => void trial.refetch()} />
      )}
      {shown && <Answers trial={shown} />}
    </Card>
  );
}

function Answers({ trial }: { trial: TrialView }) {
  return (
    <div className="mt-6 grid gap-4 border-t border-line pt-5">
      <p className="text-sm break-words whitespace-pre-wrap text-muted">“{trial.prompt}”</p>
      {trial.error && <ErrorNotice title="Not answered" error={errorOf(trial.error)} />}
      <div className="grid gap-4 md:grid-cols-2" aria-live="polite">
        {models.map(({ model, title }) => (
          <Answer key={model} title={title} trial={trial} model={model} />
        ))}
      </div>
    </div>
  );
}

function Answer({ title, trial, model }: { title: string; trial: TrialView; model: "base" | "tuned" }) {
  const answer = trial.answers.find((given) => given.model === model);
  if (!answer && trial.status === "failed") return null;
  return (
    <section className="grid content-start gap-2 rounded-control border border-line bg-sunken p-4">
      <h3 className="text-sm font-semibold">{title}</h3>
      {answer ? (
        <>
          <p className="min-h-12 text-sm break-words whitespace-pre-wrap">
            {answer.text || <span className="text-muted">It said nothing.</span>}
          </p>
          <p className="text-xs text-muted tabular-nums">
            {answer.tokens} tokens in {answer.seconds.toFixed(1)} s
          </p>
        </>
      ) : (
        <p className="flex min-h-12 items-start gap-2 text-sm text-muted">
          <Spinner />
          {trial.status === "queued" ? "Waiting for its turn" : "Answering"}
        </p>
      )}
    </section>
  );
}

function errorOf({ code, message, fix }: NonNullable<TrialView["error"]>): Error {
  return Object.assign(new Error(message), { code, fix });
}

/** The prompt that this tab asked last, so that a reload loses no answer. */
function useKeptTrial(jobId: string) {
  const key = `trainchain-trial/${jobId}`;
  const [id, setId] = useState(() => sessionStorage.getItem(key) ?? undefined);
  const keep = (next: string) => {
    sessionStorage.setItem(key, next);
    setId(next);
  };
  return [id, keep] as const;
}
