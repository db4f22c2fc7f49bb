import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type DraftChangesInput, type DraftView, draftChangesSchema } from "@trainchain/protocol";
import { Button, ErrorNotice } from "@trainchain/ui";
import { useEffect, useRef, useState } from "react";
import { api } from "../../api/api.ts";
import { draftQuery, myRequestsQuery } from "../../api/queries.ts";
import { changedOf, changesOf, valuesOfDraft } from "./change-values.ts";
import { DeadlineFields } from "./deadline-fields.tsx";
import { readForm } from "./form-errors.ts";
import { FormSection } from "./form-section.tsx";
import { RewardField } from "./reward-field.tsx";
import { TrainingChanges } from "./training-changes.tsx";
import { WordsFields } from "./words-fields.tsx";

/** What may still be changed of a draft before it is paid for: its data stays where it is. */
export function ChangeDraft({
  draft,
  changeable,
  onDone,
}: {
  draft: DraftView;
  changeable: DraftChangesInput;
  onDone: () => void;
}) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [values, setValues] = useState(() => valuesOfDraft(draft, changeable));
  const set = <Name extends keyof typeof values>(name: Name, value: (typeof values)[Name]) =>
    setValues((known) => ({ ...known, [name]: value }));
  const form = useRef<HTMLFormElement>(null);
  // What was pressed to open it is gone.
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const changes = changedOf(changesOf(values), changesOf(valuesOfDraft(draft, changeable)));
  const { errors, ok } = readForm(draftChangesSchema, changes);
  const save = useMutation({
    mutationFn: () => api.changeDraft(draft.id, changes),
    async onSuccess(changed) {
      queryClient.setQueryData(draftQuery(changed.id).queryKey, changed);
      await queryClient.invalidateQueries({ queryKey: myRequestsQuery.queryKey });
      onDone();
      if (changed.id !== draft.id)
        await navigate({ to: "/draft/$draftId", params: { draftId: changed.id }, replace: true });
    },
  });
  return (
    <form
      ref={form}
      aria-label="Change this request"
      className="grid gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        if (ok) save.mutate();
      }}
    >
      <FormSection
        title="What it is and how it trains"
        text="After a change here your data is prepared again, from what is sealed already: nothing is uploaded, and the same rows stay held back."
      >
        <WordsFields {...{ values, set, errors }} />
        <TrainingChanges {...{ values, set, errors, changeable }} />
      </FormSection>
      <FormSection title="Reward and deadlines" text="A change here alone is in force at once.">
        <RewardField
          label={
            draft.series
              ? "Reward in POL, for all contributors and rounds together"
              : "Reward in POL, for all contributors together"
          }
          value={values.reward}
          onChange={(reward) => set("reward", reward)}
          error={errors.rewardWei}
        />
        <DeadlineFields values={values} set={set} errors={errors} />
      </FormSection>
      {save.error && <ErrorNotice error={save.error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" busy={save.isPending} disabled={!ok || Object.keys(changes).length === 0}>
          Save the changes
        </Button>
        <Button variant="secondary" onClick={onDone}>
          Leave it as it was
        </Button>
      </div>
    </form>
  );
}
