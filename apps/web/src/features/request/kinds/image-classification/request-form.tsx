import {
  type ConfigView,
  createImageClassificationSchema,
  exportFormats,
  imageLimits,
  imageModels,
  imageNeeds,
} from "@trainchain/protocol";
import { Checkbox, Field, Input, readPol, Select } from "@trainchain/ui";
import { useState } from "react";
import { api } from "../../../../api/api.ts";
import { CheckReport } from "../../check-report.tsx";
import { deadlineSeconds } from "../../deadline-fields.tsx";
import { FileDrop } from "../../file-drop.tsx";
import { readForm } from "../../form-errors.ts";
import { FormSection } from "../../form-section.tsx";
import { FormatHint } from "../../format-hint.tsx";
import { HubDataset } from "../../hub-dataset.tsx";
import { ResumeHint } from "../../resume-hint.tsx";
import { RewardSection } from "../../reward-section.tsx";
import { SendRequest } from "../../send-request.tsx";
import { readSlotTerms } from "../../slot-terms.tsx";
import { useStoredForm } from "../../stored-form.ts";
import { useFileCheck } from "../../use-file-check.ts";
import { useSendRequest } from "../../use-send-request.ts";
import { WordsFields } from "../../words-fields.tsx";
import { imageFormKey, initial } from "./request-values.ts";

const sizes = [32, 64, 96, 128, 224, 320, 480, 640];

/** The request of an image classification job. */
export function ImageForm({ config }: { config: ConfigView }) {
  const asked = useImageRequest(config);
  const {
    values,
    set,
    file,
    confirmed,
    report,
    classes,
    model,
    exportFormat,
    rewardWei,
    send,
    errors,
    ok,
    needs,
  } = asked;

  return (
    <form
      className="grid gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        if (file && ok && report?.ok && confirmed) send.mutate(file);
      }}
    >
      <FormSection
        title="Images"
        text="A zip with a folder for each class, or train, val and test folders with one for each class in them."
      >
        <Archive asked={asked} config={config} />
      </FormSection>
      <FormSection
        title="Training"
        text="One contributor trains the network. A part of the images never leaves the platform: the result is measured on it."
      >
        <Field
          label="Model"
          hint={`${model.parametersMillion} million parameters, licence ${model.license}. The contributor needs ${needs.gpu.vramGb} GB of graphics memory, or ${needs.cpu.ramGb} GB of memory.`}
        >
          <Select value={model.id} onChange={({ target }) => set("model", target.value)}>
            {imageModels.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <TrainingFields {...{ values, set, errors, exportFormat }} />
        <WordsFields {...{ values, set, errors }} />
      </FormSection>
      <RewardSection
        paid="once the model is verified"
        label="Reward in POL"
        kind="image-classification"
        modelId={values.model}
        {...{ values, set, errors }}
        config={config}
        rewardWei={rewardWei ?? 0n}
        contributors={1}
        minContributors={1}
        rounds={1}
        rows={report?.images}
        unit="images"
      />
      <SendRequest
        ready={Boolean(classes) && confirmed && ok && Boolean(rewardWei)}
        missing={missingIn(asked)}
        sending={send.isPending}
        sentShare={send.sentShare}
        error={send.error}
        stakeWei={rewardWei ?? 0n}
      />
    </form>
  );
}

type Asked = ReturnType<typeof useImageRequest>;

function Archive({ asked, config }: { asked: Asked; config: ConfigView }) {
  const { file, choose, check, classes, confirmed, setConfirmed } = asked;
  return (
    <>
      <FileDrop
        label="Image archive"
        hint={`.zip, up to ${Math.floor(config.limits.uploadBytes / 1e9)} GB`}
        accept=".zip"
        file={file}
        onFile={choose}
      />
      <HubDataset of="images" mostBytes={config.limits.uploadBytes} file={file} onFile={choose} />
      {!file && (
        <>
          <FormatHint />
          <ResumeHint mayBe={(name) => name.endsWith(".zip")} />
        </>
      )}
      <CheckReport state={check} />
      {classes && (
        <Checkbox
          checked={confirmed}
          onChange={({ target }) => setConfirmed(target.checked)}
          label={`These are the ${classes.length} classes I mean: ${classes.join(", ")}.`}
        />
      )}
    </>
  );
}

function TrainingFields({
  values,
  set,
  errors,
  exportFormat,
}: Pick<Asked, "values" | "set" | "errors" | "exportFormat">) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-3">
      <Field label="Epochs" error={errors.epochs}>
        <Input
          type="number"
          min={imageLimits.epochs.least}
          max={imageLimits.epochs.most}
          value={values.epochs}
          onChange={({ target }) => set("epochs", target.valueAsNumber || 0)}
        />
      </Field>
      <Field label="Image size" hint="Pixels a side" error={errors.imgsz}>
        <Select value={values.imgsz} onChange={({ target }) => set("imgsz", Number(target.value))}>
          {sizes.map((size) => (
            <option key={size}>{size}</option>
          ))}
        </Select>
      </Field>
      <Field label="Export format" hint="ONNX always comes with it">
        <Select value={exportFormat} onChange={({ target }) => set("exportFormat", target.value)}>
          {exportFormats.map((format) => (
            <option key={format}>{format}</option>
          ))}
        </Select>
      </Field>
    </div>
  );
}

/** What is asked for until now, and sending it. */
function useImageRequest(config: ConfigView) {
  const { values, set, forget } = useStoredForm(imageFormKey, initial);
  const [file, setFile] = useState<File>();
  const [confirmed, setConfirmed] = useState(false);
  const choose = (chosen: File) => {
    setFile(chosen);
    setConfirmed(false);
  };
  const check = useFileCheck("image-classification", file);
  const report =
    check.status === "checked" && check.check.kind === "image-classification"
      ? check.check.report
      : undefined;
  const classes = report?.ok ? report.classes.map(({ name }) => name) : undefined;
  const model = imageModels.find(({ id }) => id === values.model) ?? imageModels[0]!;
  const exportFormat = exportFormats.find((format) => format === values.exportFormat) ?? "onnx";
  const rewardWei = readPol(values.reward);
  const slotTerms = readSlotTerms(values, {
    ...{ config, rewardWei: rewardWei ?? 0n, contributors: 1, rounds: 1 },
  });
  const request = {
    model: model.id,
    epochs: values.epochs,
    imgsz: values.imgsz,
    exportFormat,
    title: values.title,
    description: values.description,
    classes,
    rewardWei: (rewardWei ?? 0n).toString(),
    ...deadlineSeconds(values),
    ...slotTerms.request,
  };
  const send = useSendRequest(async (uploadId) => {
    const draft = await api.requestJob("image-classification", { uploadId, ...request });
    forget();
    return draft;
  });
  const form = readForm(createImageClassificationSchema, { uploadId: "not-sent-yet", ...request });
  const errors = { ...slotTerms.errors, ...form.errors };
  const ok = form.ok && Object.keys(errors).length === 0;
  const needs = imageNeeds({ model: model.id, imgsz: values.imgsz });
  return {
    values,
    set,
    file,
    choose,
    confirmed,
    setConfirmed,
    check,
    report,
    classes,
    model,
    exportFormat,
    rewardWei,
    send,
    errors,
    ok,
    needs,
  };
}

function missingIn({ file, report, confirmed }: Pick<Asked, "file" | "report" | "confirmed">): string {
  if (!file) return "Choose your images first.";
  if (!report) return "The archive is being checked.";
  if (!report.ok) return "The archive has problems to mend.";
  if (!confirmed) return "Confirm the classes.";
  return "Some fields above need another value.";
}
