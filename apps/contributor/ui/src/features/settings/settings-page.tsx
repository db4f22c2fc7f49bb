import { useQuery } from "@tanstack/react-query";
import { type AppSettings, appSettingsSchema } from "@trainchain/protocol";
import { Button, Card, Checkbox, ErrorNotice, Field, Input, Select, showToast } from "@trainchain/ui";
import { useState } from "react";
import { useAppState } from "../../agent/live-state.ts";
import { profileQuery } from "../../agent/queries.ts";
import { send } from "../../agent/request.ts";
import { Line } from "../../parts/line.tsx";
import { ProfileForm } from "../../parts/profile-form.tsx";
import { ResetButton } from "../../parts/reset-button.tsx";
import { Page } from "../../shell/page.tsx";
import { useAction } from "../../shell/use-action.ts";
import { TakingCard } from "./taking-card.tsx";

/** What training may use, when, and the environment it runs in. */
export function SettingsPage() {
  const { settings } = useAppState();
  return (
    <Page
      title="Settings"
      lead="They count from the next start of a training; hours, idleness and bonds at once."
    >
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-2">
        <LimitsCard key={JSON.stringify(settings)} settings={settings} />
        <div className="grid grid-cols-1 gap-6">
          <TakingCard />
          <ProfileCard />
          <EnvironmentCard />
        </div>
      </div>
    </Page>
  );
}

function LimitsCard({ settings }: { settings: AppSettings }) {
  const [draft, setDraft] = useState(settings);
  const set = (change: Partial<AppSettings>) => setDraft({ ...draft, ...change });
  const save = useAction(async () => {
    await send("PUT", "settings", appSettingsSchema.parse(draft));
    showToast("Saved.", "positive");
  });
  return (
    <Card title="Limits">
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          void save.run();
        }}
      >
        <Field label="Train on" hint="Automatic takes the GPU where there is one that torch can use.">
          <Select
            value={draft.device}
            onChange={(event) => set({ device: event.target.value as AppSettings["device"] })}
          >
            <option value="auto">Automatic</option>
            <option value="cuda">GPU (CUDA or ROCm)</option>
            <option value="mps">Apple GPU</option>
            <option value="cpu">CPU only</option>
          </Select>
        </Field>
        <Amounts draft={draft} set={set} />
        <Times draft={draft} set={set} />
        {save.error !== undefined && <ErrorNotice error={save.error} />}
        <Button type="submit" busy={save.busy} className="justify-self-start">
          Save limits
        </Button>
      </form>
    </Card>
  );
}

interface Limits {
  draft: AppSettings;
  set: (change: Partial<AppSettings>) => void;
}

/** How much of the machine, and of money, a job may take. */
function Amounts({ draft, set }: Limits) {
  const { canSeeIdle } = useAppState();
  const numberOrNull = (text: string) => (text === "" ? null : Number(text));
  return (
    <>
      <Field label="CPU cores" hint="Empty: all of them.">
        <Input
          type="number"
          min={1}
          max={1024}
          value={draft.cores ?? ""}
          onChange={(event) => set({ cores: numberOrNull(event.target.value) })}
        />
      </Field>
      <Field
        label="Memory for training, in GiB"
        hint={
          canSeeIdle
            ? "Empty: no limit. A training that takes more is stopped after a checkpoint."
            : "This system does not tell how much a program takes; the limit has no effect here."
        }
      >
        <Input
          type="number"
          min={1}
          step="any"
          value={draft.memoryGb ?? ""}
          onChange={(event) => set({ memoryGb: numberOrNull(event.target.value) })}
        />
      </Field>
      <Field
        label="Largest bond, in % of what a delivery is paid"
        hint="Jobs that ask for more are marked as not for you. A bond is lost where nothing is delivered in time."
      >
        <Input
          type="number"
          min={0}
          max={100_000}
          step="any"
          required
          value={draft.mostBondPercent}
          onChange={(event) => set({ mostBondPercent: event.target.valueAsNumber || 0 })}
        />
      </Field>
    </>
  );
}

/** When a job may be trained. */
function Times({ draft, set }: Limits) {
  const { canSeeIdle } = useAppState();
  return (
    <>
      <div className="grid gap-2">
        <Checkbox
          label="Train only at certain hours"
          checked={draft.hours !== null}
          onChange={(event) => set({ hours: event.target.checked ? { from: "22:00", to: "07:00" } : null })}
        />
        {draft.hours && <Hours hours={draft.hours} onChange={(hours) => set({ hours })} />}
      </div>
      <Checkbox
        label={
          canSeeIdle
            ? "Train only while other programs leave the processors alone"
            : "Train only while other programs are idle (this system does not tell)"
        }
        disabled={!canSeeIdle}
        checked={draft.onlyWhenIdle}
        onChange={(event) => set({ onlyWhenIdle: event.target.checked })}
      />
      <Checkbox
        label="Start the app, without a window, when I log in"
        checked={draft.startAtLogin}
        onChange={(event) => set({ startAtLogin: event.target.checked })}
      />
    </>
  );
}

type HoursValue = NonNullable<AppSettings["hours"]>;

function Hours({ hours, onChange }: { hours: HoursValue; onChange: (hours: HoursValue) => void }) {
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label="From">
        <Input
          type="time"
          value={hours.from}
          onChange={(event) => onChange({ ...hours, from: event.target.value })}
        />
      </Field>
      <Field label="To">
        <Input
          type="time"
          value={hours.to}
          onChange={(event) => onChange({ ...hours, to: event.target.value })}
        />
      </Field>
    </div>
  );
}

function ProfileCard() {
  const { wallet } = useAppState();
  const { data: profile } = useQuery(profileQuery(wallet?.address));
  return (
    <Card title="Your machine in the contributor pool">
      {profile ? (
        <ProfileForm
          key={`${profile.gpuTier} ${profile.measuredTier}`}
          profile={profile}
          onSaved={() => showToast("Saved.", "positive")}
        />
      ) : (
        <p className="text-sm text-muted">Fetching your profile.</p>
      )}
    </Card>
  );
}

function EnvironmentCard() {
  const { environment, version } = useAppState();
  const repair = useAction(() => send("POST", "setup", { action: "repair" }));
  return (
    <Card title="Training environment">
      {environment.status === "ready" ? (
        <dl className="grid gap-2 text-sm">
          <Line breaks label="Device">
            {environment.deviceName}
          </Line>
          <Line breaks label="Python">
            {environment.python}
          </Line>
          {["torch", "transformers", "peft", "trl", "ultralytics"].map(
            (name) =>
              environment.versions[name] && (
                <Line key={name} breaks label={name}>
                  {environment.versions[name]}
                </Line>
              ),
          )}
          <Line breaks label="App">
            {version}
          </Line>
        </dl>
      ) : (
        <p className="text-sm text-muted">
          {environment.status === "failed"
            ? environment.error.message
            : `Being set up: ${environment.message}`}
        </p>
      )}
      {repair.error !== undefined && <ErrorNotice error={repair.error} />}
      <div className="mt-4 flex gap-2">
        <Button variant="secondary" size="small" busy={repair.busy} onClick={repair.run}>
          Check and repair
        </Button>
        <ResetButton />
      </div>
    </Card>
  );
}
