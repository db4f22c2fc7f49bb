import { setDelegate, submitAdapterBySig } from "@trainchain/chain";
import { type Address, type AgentJobView, agentJobHasEnded, agentJobHasReached } from "@trainchain/protocol";
import { Amount, Button, Dialog, ErrorNotice, showToast } from "@trainchain/ui";
import { useState } from "react";
import { useAppState } from "../../agent/live-state.ts";
import { send } from "../../agent/request.ts";
import { useAction } from "../../shell/use-action.ts";
import { useSigner } from "../../wallet/use-wallet.ts";

/** The relay normally needs seconds. */
const relayMs = 2 * 60_000;

/** What an owner can do about a job: pause, resume, stop for good, send by itself what the relay did not. */
export function JobActions({ job }: { job: AgentJobView }) {
  const { record, place } = job;
  const { jobId, facts, state } = record;
  const [stops, setStops] = useState(false);
  const act = useAction((action: string) => send("POST", `jobs/${jobId}/act`, { action }));
  if (agentJobHasEnded(record)) return null;
  const isDelivered = agentJobHasReached(record, "submitted") || facts.onChain === true;
  const isRelayLate = Date.now() - (facts.relayedAt ?? 0) * 1000 > relayMs;
  const isHeldUp = (state === "sealed" || state === "uploaded") && facts.hindrance !== undefined;
  const isOpen = (state === "submitted" || isHeldUp) && facts.signature !== undefined && !facts.onChain;
  const isLate = isOpen && (isRelayLate || facts.relayError !== undefined);
  return (
    <div className="grid justify-items-end gap-2">
      <div className="flex flex-wrap gap-2">
        {isLate && <SendByWallet job={job} />}
        {place !== null && place > 1 && (
          <Button variant="secondary" size="small" busy={act.busy} onClick={() => act.run("next")}>
            Do this next
          </Button>
        )}
        {facts.problem || facts.paused ? (
          <Button size="small" busy={act.busy} onClick={() => act.run(facts.problem ? "retry" : "resume")}>
            {facts.paused ? "Resume" : "Retry"}
          </Button>
        ) : (
          !isDelivered && (
            <Button variant="secondary" size="small" busy={act.busy} onClick={() => act.run("pause")}>
              Pause
            </Button>
          )
        )}
        {!isDelivered && (
          <Button variant="danger" size="small" onClick={() => setStops(true)}>
            Stop and release…
          </Button>
        )}
      </div>
      {act.error !== undefined && <ErrorNotice error={act.error} />}
      <StopDialog job={job} open={stops} onClose={() => setStops(false)} />
    </div>
  );
}

function StopDialog({ job, open, onClose }: { job: AgentJobView; open: boolean; onClose: () => void }) {
  const { platform } = useAppState();
  const { jobId, facts } = job.record;
  const getSigner = useSigner();
  const stop = useAction(async () => {
    await send("POST", `jobs/${jobId}/act`, { action: "give-up" });
    onClose();
  });
  const revoke = useAction(async () => {
    if (!platform.config) return;
    const none: Address = "0x0000000000000000000000000000000000000000";
    const escrow = platform.config.escrow as Address;
    const transaction = await setDelegate(await getSigner(), {
      escrow,
      jobId: BigInt(jobId),
      delegate: none,
    });
    await send("POST", "transactions/confirm", { transaction });
    showToast("This machine's key can no longer hand in work for this slot.", "positive");
  });
  return (
    <Dialog open={open} onClose={onClose} title="Stop and release the slot?">
      <div className="grid gap-3 text-sm">
        <p>
          Training ends and what was trained is not delivered. The escrow lets a slot go only at its deadline
          {facts.deadline ? `, ${new Date(facts.deadline * 1000).toLocaleString()}` : ""}; the platform
          releases it then, and somebody else may take it.
        </p>
        {facts.bondWei && facts.bondWei !== "0" && (
          <p>
            The bond of <Amount wei={facts.bondWei} /> is lost.
          </p>
        )}
        <p className="text-muted">To go on later, pause instead.</p>
        <p className="text-muted">
          Whoever holds this machine's delegate key can still hand in work for the slot until you revoke it.
        </p>
        <Button
          variant="secondary"
          size="small"
          className="justify-self-start"
          busy={revoke.busy}
          onClick={revoke.run}
        >
          Revoke the delegate key
        </Button>
      </div>
      {stop.error !== undefined && <ErrorNotice error={stop.error} />}
      {revoke.error !== undefined && <ErrorNotice error={revoke.error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="secondary" onClick={onClose}>
          Keep the slot
        </Button>
        <Button variant="danger" busy={stop.busy} onClick={stop.run}>
          Stop and release
        </Button>
      </div>
    </Dialog>
  );
}

/** The signed submission is public knowledge for whoever holds it: anybody may send it, also the wallet itself. */
function SendByWallet({ job }: { job: AgentJobView }) {
  const { platform, wallet } = useAppState();
  const { jobId, facts } = job.record;
  const getSigner = useSigner();
  const deliver = useAction(async () => {
    if (!platform.config || !wallet || !facts.adapterCid || !facts.signature) return;
    const transaction = await submitAdapterBySig(await getSigner(), {
      escrow: platform.config.escrow as Address,
      jobId: BigInt(jobId),
      contributor: wallet.address as Address,
      adapterCid: facts.adapterCid,
      signature: facts.signature as `0x${string}`,
    });
    await send("POST", "transactions/confirm", { transaction });
  });
  return (
    <>
      <Button size="small" busy={deliver.busy} onClick={deliver.run}>
        Send it from my wallet
      </Button>
      {deliver.error !== undefined && <ErrorNotice error={deliver.error} />}
    </>
  );
}
