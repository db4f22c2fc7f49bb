import {
  type ConfigView,
  createEmbeddingFinetuneSchema,
  encoderModels,
  heldOutPairs,
  tokenBytesOf,
} from "@trainchain/protocol";
import { Field, readPol, Select } from "@trainchain/ui";
import { api } from "../../../../api/api.ts";
import { ContributorFields } from "../../contributor-fields.tsx";
import { readForm } from "../../form-errors.ts";
import { FormSection } from "../../form-section.tsx";
import { RewardSection } from "../../reward-section.tsx";
import { SendRequest } from "../../send-request.tsx";
import { readSlotTerms } from "../../slot-terms.tsx";
import { useStoredForm } from "../../stored-form.ts";
import { useSendRequest } from "../../use-send-request.ts";
import { WordsFields } from "../../words-fields.tsx";
import { adapterRequestOf } from "../adapters/request-values.ts";
import { RowsSection } from "../adapters/rows-section.tsx";
import { useRowsFile } from "../adapters/use-rows-file.ts";
import { memoryOfPairs } from "./memory-of-pairs.ts";
import { isEnough, PairsKept } from "./pairs-kept.tsx";
import { embeddingFormKey, initial } from "./request-values.ts";
import { TrainingFields } from "./training-fields.tsx";

/** The request of an embedding job. */
export default function EmbeddingForm({ config }: { config: ConfigView }) {
  const asked = useEmbeddingRequest(config);
  const {
    values,
    set,
    rowsFile,
    file,
    isUsable,
    report,
    pairs,
    model,
    rewardWei,
    minContributors,
    send,
    errors,
    ok,
    hasEnough,
  } = asked;

  return (
    <form
      className="grid gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        if (file && ok && isUsable && hasEnough) send.mutate(file);
      }}
    >
      <RowsSection
        {...{ rowsFile, config }}
        text="Pairs of texts that belong together, such as questions and the passages that answer them. A part is kept back to measure with; the rest is shuffled, split and sealed, a part for each contributor."
        label="Pairs"
        accepted="Rows of anchor and positive, as .jsonl, .json, .csv or .parquet"
        kept={<PairsKept pairs={pairs} contributors={values.contributors} />}
      />
      <Training asked={asked} config={config} />
      <RewardSection
        paid="in equal shares once the work is verified"
        label="Reward in POL, for all contributors together"
        kind="embedding-finetune"
        modelId={model?.id ?? ""}
        {...{ values, set, errors }}
        config={config}
        rewardWei={rewardWei ?? 0n}
        contributors={values.contributors}
        minContributors={minContributors}
        rounds={1}
        rows={report?.rows}
        unit="pairs"
      />
      <SendRequest
        ready={Boolean(isUsable) && hasEnough && ok && Boolean(rewardWei)}
        missing={missingIn(asked)}
        sending={send.isPending}
        sentShare={send.sentShare}
        error={send.error}
        stakeWei={rewardWei ?? 0n}
      />
    </form>
  );
}

type Asked = ReturnType<typeof useEmbeddingRequest>;

function Training({ asked, config }: { asked: Asked; config: ConfigView }) {
  const { values, set, pairs, models, model, mostLength, minContributors, errors, hasEnough } = asked;
  return (
    <FormSection
      title="Training"
      text="Every contributor trains the same adapter, from the same start, on its own part. How often the right text is found is measured before and after."
    >
      <Field label="Sentence encoder" hint={model && `Licence ${model.license ?? "unknown"}`}>
        <Select value={model?.id} onChange={({ target }) => set("model", target.value)}>
          {models.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <TrainingFields {...{ values, set, errors, mostLength }} />
      <ContributorFields
        contributors={values.contributors}
        onContributors={(count) => set("contributors", count)}
        onMinContributors={(count) => set("minContributors", count)}
        {...{ minContributors, errors }}
      />
      <WordsFields {...{ values, set, errors }} />
      {model && (
        <p className="text-sm text-muted">
          {memoryOfPairs(model, { ...values, pairs: hasEnough ? pairs : 0 }, config.replays)}.
        </p>
      )}
    </FormSection>
  );
}

/** What is asked for until now, and sending it. */
function useEmbeddingRequest(config: ConfigView) {
  const { values, set, forget } = useStoredForm(embeddingFormKey, initial);
  const rowsFile = useRowsFile("embedding-finetune");
  const { file, found, isUsable } = rowsFile;
  const report = found?.report;
  const pairs = report?.rows ?? 0;
  const shipped = encoderModels.map((one) => ({ ...one, tokenBytes: tokenBytesOf(one) }));
  const models = [...shipped, ...config.models.filter(({ revision }) => revision === "local")];
  const model = models.find(({ id }) => id === values.model) ?? models[0];
  const mostLength = model?.maxLength ?? 0;
  const rewardWei = readPol(values.reward);
  const common = adapterRequestOf(values, rowsFile);
  const { minContributors } = common;
  const slotTerms = readSlotTerms(values, {
    ...{ config, rewardWei: rewardWei ?? 0n, contributors: values.contributors, rounds: 1 },
  });
  const request = {
    ...common,
    model: model?.id ?? "",
    maxLength: values.maxLength,
    holdoutRows: heldOutPairs(pairs),
    ...slotTerms.request,
  };
  const send = useSendRequest(async (uploadId) => {
    const draft = await api.requestJob("embedding-finetune", { uploadId, ...request });
    forget();
    return draft;
  });
  const form = readForm(createEmbeddingFinetuneSchema, { uploadId: "not-sent-yet", ...request });
  const errors = { ...slotTerms.errors, ...form.errors };
  const ok = form.ok && Object.keys(errors).length === 0 && values.maxLength <= mostLength;
  const hasEnough = isEnough(pairs, values.contributors);
  return {
    values,
    set,
    rowsFile,
    file,
    isUsable,
    report,
    pairs,
    models,
    model,
    mostLength,
    rewardWei,
    minContributors,
    send,
    errors,
    ok,
    hasEnough,
  };
}

function missingIn({
  file,
  report,
  isUsable,
  hasEnough,
}: Pick<Asked, "file" | "report" | "isUsable" | "hasEnough">): string {
  if (!file) return "Choose your pairs first.";
  if (!report) return "The file is being checked.";
  if (!isUsable) return "The pairs have problems to mend.";
  if (!hasEnough) return "There are too few pairs.";
  return "Some fields above need another value.";
}
