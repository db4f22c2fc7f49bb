import { Link } from "@tanstack/react-router";
import { jobKinds, kindWords, type TakingRule } from "@trainchain/protocol";
import {
  Badge,
  Button,
  Card,
  Checkbox,
  ErrorNotice,
  Field,
  Input,
  Notice,
  readPol,
  showToast,
  writePol,
} from "@trainchain/ui";
import { useState } from "react";
import { useAppState } from "../../agent/live-state.ts";
import { send } from "../../agent/request.ts";
import { takenByItself } from "../../parts/taken-by-itself.ts";
import { useAction } from "../../shell/use-action.ts";
import { KeyFields } from "./key-fields.tsx";

const shownAtMost = 5;
const anything: TakingRule = { minRewardWei: "0", minPerHourWei: "0", kinds: [...jobKinds] };

/** Whether the app takes jobs while nobody is there, within which limits, and what it took. */
export function TakingCard() {
  const { taking } = useAppState();
  const isOn = taking.rule !== null && taking.hasKey;
  return (
    <Card
      title="Take jobs by itself"
      actions={<Badge tone={isOn ? "positive" : "neutral"}>{isOn ? "on" : "off"}</Badge>}
    >
      <div className="grid grid-cols-1 gap-5">
        {taking.stopped && (
          <Notice tone="warning" title="No more jobs are taken by itself">
            {taking.stopped} Look at what went wrong before you begin again.
          </Notice>
        )}
        <p className="text-sm text-muted">
          {isOn
            ? "Whenever the machine is free and may train, the best-paid job within your limits is checked, accepted and done, without asking you. The bond and the hours are those of your limits."
            : "Off: nothing is accepted without your wallet's signature. Switched on, the best-paid job within your limits is checked, accepted and done whenever the machine is free, also after a restart."}
        </p>
        <TakingForm
          key={JSON.stringify(taking)}
          isOn={isOn}
          hasKey={taking.hasKey}
          rule={taking.rule ?? anything}
        />
        <Taken />
      </div>
    </Card>
  );
}

function TakingForm({ isOn, hasKey, rule }: { isOn: boolean; hasKey: boolean; rule: TakingRule }) {
  const [perHour, setPerHour] = useState(() => writePol(BigInt(rule.minPerHourWei)));
  const [reward, setReward] = useState(() => writePol(BigInt(rule.minRewardWei)));
  const [kinds, setKinds] = useState(rule.kinds);
  const [keystore, setKeystore] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const minPerHourWei = readPol(perHour);
  const minRewardWei = readPol(reward);
  const begin = useAction(async () => {
    if (minPerHourWei === undefined || minRewardWei === undefined) return;
    const asked = { minPerHourWei: `${minPerHourWei}`, minRewardWei: `${minRewardWei}`, kinds };
    await send("PUT", "taking", { rule: asked, ...(hasKey ? {} : { key: { keystore, passphrase } }) });
    showToast(isOn ? "Saved." : "Jobs are taken without asking from now on.", "positive");
  });
  const end = useAction(() => send("DELETE", "taking"));
  const isComplete = minPerHourWei !== undefined && minRewardWei !== undefined && kinds.length > 0;
  const wrong = "Write an amount such as 0.5";
  return (
    <form
      className="grid grid-cols-1 gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        void begin.run();
      }}
    >
      <Field
        label="Least that an hour of training pays, in POL"
        hint="By this machine's measured speed, at the worst. 0: any."
        error={minPerHourWei === undefined && wrong}
      >
        <Input inputMode="decimal" value={perHour} onChange={({ target }) => setPerHour(target.value)} />
      </Field>
      <Field
        label="Least that a delivery pays, in POL"
        hint="0: any."
        error={minRewardWei === undefined && wrong}
      >
        <Input inputMode="decimal" value={reward} onChange={({ target }) => setReward(target.value)} />
      </Field>
      <fieldset className="grid gap-2">
        <legend className="mb-2 text-sm font-medium">Kinds of job</legend>
        {jobKinds.map((kind) => (
          <Checkbox
            key={kind}
            label={kindWords[kind].name}
            checked={kinds.includes(kind)}
            onChange={({ target }) =>
              setKinds(jobKinds.filter((known) => (known === kind ? target.checked : kinds.includes(known))))
            }
          />
        ))}
      </fieldset>
      {!hasKey && <KeyFields onKeystore={setKeystore} passphrase={passphrase} onPassphrase={setPassphrase} />}
      {[begin.error, end.error].map(
        (error) => error !== undefined && <ErrorNotice key={String(error)} error={error} />,
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={begin.busy} disabled={!isComplete || !(hasKey || keystore)}>
          {isOn ? "Save the rule" : "Take jobs by itself"}
        </Button>
        {hasKey && (
          <Button variant="secondary" busy={end.busy} onClick={end.run}>
            {isOn ? "Stop, and forget the key" : "Forget the key"}
          </Button>
        )}
      </div>
    </form>
  );
}

/** The last jobs that were taken so. */
function Taken() {
  const { jobs } = useAppState();
  const taken = jobs.flatMap((job) => {
    const words = takenByItself(job);
    return words ? [{ jobId: job.record.jobId, words }] : [];
  });
  if (taken.length === 0) return null;
  return (
    <ul aria-label="Taken by itself" className="grid gap-1.5 border-t border-line pt-4 text-sm">
      {taken.slice(0, shownAtMost).map(({ jobId, words }) => (
        <li key={jobId}>
          <Link to="/work/$jobId" params={{ jobId }} className="underline-offset-4 hover:underline">
            {words}
          </Link>
        </li>
      ))}
    </ul>
  );
}
