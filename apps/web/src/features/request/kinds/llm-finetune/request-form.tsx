import {
  type ConfigView,
  createLlmFinetuneSchema,
  mayBeReplayed,
  type Proof,
  proofs,
  proposeLearningRate,
  proposeProof,
  stakeOfRound,
} from "@trainchain/protocol";
import { Field, Input, readPol, Select } from "@trainchain/ui";
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
import { AdvancedFields } from "./advanced-fields.tsx";
import { ExampleRows } from "./example-rows.tsx";
import { LengthField, lengthOf, problemOfLength } from "./length-field.tsx";
import { PresetField } from "./preset-field.tsx";
import { initial, llmFormKey } from "./request-values.ts";
import { isEnough, RowsKept } from "./rows-kept.tsx";
import { TrainingEstimate } from "./training-estimate.tsx";
import { useRowTokens } from "./use-row-tokens.ts";

/** The request of an LLM fine-tuning job. */
export function LlmForm({ config }: { config: ConfigView }) {
  const asked = useLlmRequest(config);
  const {
    values,
    set,
    rowsFile,
    file,
    isUsable,
    rewardWei,
    rows,
    hasEnough,
    tokens,
    minContributors,
    send,
    errors,
    ok,
  } = asked;

  return (
    <form
      className="grid gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        if (file && ok && isUsable) send.mutate(file);
      }}
    >
      <RowsSection
        {...{ rowsFile, config }}
        text="Questions with answers, or whole conversations. A part is kept back to measure with; the rest is shuffled, split and sealed, a part for each contributor."
        label="Dataset"
        accepted=".jsonl, .json, .csv or .parquet, also as .gz or .zip"
        example={<ExampleRows onFile={rowsFile.choose} />}
        kept={<RowsKept rows={rows ?? 0} contributors={values.contributors} />}
      />
      <Training asked={asked} config={config} />
      <RewardSection
        paid="in equal shares once the work is verified"
        label="Reward in POL, for all contributors and rounds together"
        kind="llm-finetune"
        modelId={values.model}
        {...{ values, set, errors }}
        config={config}
        rewardWei={rewardWei ?? 0n}
        contributors={values.contributors}
        minContributors={minContributors}
        rounds={Math.max(1, values.rounds)}
        rows={rows}
      />
      <SendRequest
        ready={Boolean(isUsable) && hasEnough && tokens.status !== "counting" && ok && Boolean(rewardWei)}
        missing={missingIn(asked)}
        sending={send.isPending}
        sentShare={send.sentShare}
        error={send.error}
        stakeWei={stakeOfRound(rewardWei ?? 0n, Math.max(1, values.rounds), 1)}
      />
    </form>
  );
}

type Asked = ReturnType<typeof useLlmRequest>;

function Training({ asked, config }: { asked: Asked; config: ConfigView }) {
  const { values, set, model, rows, tokens, maxLength, mayChoose, proof, minContributors, errors, proposed } =
    asked;
  return (
    <FormSection
      title="Training"
      text="Every contributor trains the same adapter, from the same start, on its own part."
    >
      <Field label="Base model" hint={model && describeModel(model)}>
        <Select value={model?.id} onChange={({ target }) => set("model", target.value)}>
          {config.models.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <PresetField values={values} set={set} />
        <EpochsField {...{ values, set, errors }} />
      </div>
      {model && (
        <LengthField
          value={values.maxLength}
          onChange={(value) => set("maxLength", value)}
          error={errors.maxLength}
          {...{ model, tokens, rows: rows ?? 0 }}
        />
      )}
      <AdvancedFields {...{ values, set, errors, proposed }} />
      <ContributorFields
        contributors={values.contributors}
        onContributors={(count) => set("contributors", count)}
        onMinContributors={(count) => set("minContributors", count)}
        {...{ minContributors, errors }}
      />
      {model && mayChoose && <ProofField proof={proof} onProof={(chosen) => set("proof", chosen)} />}
      <WordsFields {...{ values, set, errors }} />
      {model && (
        <TrainingEstimate
          {...{ model, tokens, maxLength, rows: rows ?? 0 }}
          values={{ ...values, onCpu: proof === "replay" }}
        />
      )}
    </FormSection>
  );
}

function EpochsField({ values, set, errors }: Pick<Asked, "values" | "set" | "errors">) {
  return (
    <Field
      label="Epochs per contributor"
      hint={values.rounds > 1 ? "All rounds together" : "How often each goes through its rows"}
      error={errors.epochs}
    >
      <Input
        type="number"
        min={1}
        max={100}
        value={values.epochs}
        onChange={({ target }) => set("epochs", target.valueAsNumber || 0)}
      />
    </Field>
  );
}

function ProofField({ proof, onProof }: { proof: Proof; onProof: (proof: string) => void }) {
  return (
    <Field
      label="How the work is proved"
      hint={
        proof === "replay"
          ? "Work that was not done is found, also where one contributor trains. Everybody computes in float32 on the processor, and stays on until it is verified."
          : "Every machine computes as fast as it can, with its graphics card if it has one. Only what came out is judged."
      }
    >
      <Select value={proof} onChange={({ target }) => onProof(target.value)}>
        <option value="replay">Parts of each training are done again</option>
        <option value="result">By its result alone</option>
      </Select>
    </Field>
  );
}

/** What is asked for until now, and sending it. */
function useLlmRequest(config: ConfigView) {
  const { values, set, forget } = useStoredForm(llmFormKey, initial);
  const rowsFile = useRowsFile("llm-finetune");
  const { file, found, isUsable } = rowsFile;
  const model = config.models.find(({ id }) => id === values.model) ?? config.models[0];
  const rewardWei = readPol(values.reward);
  const rows = found?.report.rows;
  const hasEnough = isEnough(rows ?? 0, values.contributors);
  const tokens = useRowTokens(model?.id ?? "", found?.drawn);
  const maxLength = lengthOf(values.maxLength, tokens, model?.maxLength ?? 0);
  const size = model?.parametersBillion ?? null;
  const mayChoose = config.replays && mayBeReplayed(size);
  const chosen = mayChoose ? proofs.find((proof) => proof === values.proof) : undefined;
  const proof = chosen ?? (config.replays ? proposeProof(size) : "result");
  const common = adapterRequestOf(values, rowsFile);
  const { minContributors } = common;
  const slotTerms = readSlotTerms(values, {
    ...{
      config,
      rewardWei: rewardWei ?? 0n,
      contributors: values.contributors,
      rounds: Math.max(1, values.rounds),
    },
  });
  const request = {
    ...common,
    model: model?.id ?? "",
    maxLength,
    rounds: values.rounds,
    proof: chosen,
    ...slotTerms.request,
  };
  const send = useSendRequest(async (uploadId) => {
    const draft = await api.requestJob("llm-finetune", { uploadId, ...request });
    forget();
    return draft;
  });
  const form = readForm(createLlmFinetuneSchema, { uploadId: "not-sent-yet", ...request });
  const lengthError = model && problemOfLength(maxLength, tokens, model.maxLength);
  const ofLength: Record<string, string> = lengthError ? { maxLength: lengthError } : {};
  const errors = { ...ofLength, ...slotTerms.errors, ...form.errors };
  const ok = form.ok && Object.keys(errors).length === 0;
  const proposed =
    model && rows !== undefined ? proposeLearningRate(model.parametersBillion, rows) : undefined;
  return {
    values,
    set,
    rowsFile,
    file,
    found,
    isUsable,
    model,
    rewardWei,
    rows,
    hasEnough,
    tokens,
    maxLength,
    mayChoose,
    proof,
    minContributors,
    send,
    errors,
    ok,
    proposed,
  };
}

function missingIn({
  file,
  found,
  isUsable,
  hasEnough,
  tokens,
}: Pick<Asked, "file" | "found" | "isUsable" | "hasEnough" | "tokens">): string {
  if (!file) return "Choose your dataset first.";
  if (!found) return "The file is being checked.";
  if (!isUsable) return "The dataset has problems to mend.";
  if (!hasEnough) return "The dataset has too few rows.";
  if (tokens.status === "counting") return "Your rows are being counted.";
  return "Some fields above need another value.";
}

function describeModel({ parametersBillion, license }: ConfigView["models"][number]): string {
  const size = parametersBillion === null ? "Size unknown" : `${parametersBillion} billion parameters`;
  return `${size}, licence ${license ?? "unknown"}`;
}
