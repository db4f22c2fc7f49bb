import { useNavigate } from "@tanstack/react-router";
import { acceptJob, signAcceptance } from "@trainchain/chain";
import { type Address, agentJobRecordSchema, type JobOffer, TrainChainError } from "@trainchain/protocol";
import { Amount, Button, Card, ErrorNotice, formatSpan } from "@trainchain/ui";
import { useState } from "react";
import { useAppState } from "../../agent/live-state.ts";
import { ask } from "../../agent/request.ts";
import { useAction } from "../../shell/use-action.ts";
import { useSigner } from "../../wallet/use-wallet.ts";

/** The wallet's acceptance: possible once the machine has passed its check. */
export function AcceptCard({ offer }: { offer: JobOffer }) {
  const { job, obstacle } = offer;
  const { wallet, preflights, platform } = useAppState();
  const [isSent, setSent] = useState(false);
  const getSigner = useSigner();
  const navigate = useNavigate();
  const preflight = preflights[job.jobId];
  const passed = preflight?.status === "done" && preflight.report.ok;

  const accept = useAction(async () => {
    if (!wallet?.delegate || !platform.config)
      throw new TrainChainError("not-ready", "the app is still being opened", { fix: "Wait a moment." });
    const signer = await getSigner();
    const slot = {
      escrow: platform.config.escrow as Address,
      jobId: BigInt(job.jobId),
      delegate: wallet.delegate as Address,
    };
    const handOver = (way: string, signed: object) => {
      setSent(true);
      return ask(agentJobRecordSchema, "POST", `jobs/${job.jobId}/${way}`, signed);
    };
    const take = async () => {
      const { relayedUntil: signedUntil } = offer;
      if (signedUntil === null) {
        const bondWei = BigInt(job.terms.bondWei);
        const permit = offer.permit ?? undefined;
        return handOver("take", { transaction: await acceptJob(signer, { ...slot, bondWei, permit }) });
      }
      const contributor = wallet.address as Address;
      const signature = await signAcceptance(signer, { ...slot, contributor, signedUntil });
      return handOver("take-by-signature", { signedUntil, signature });
    };
    const { state, facts } = await take().finally(() => setSent(false));
    if (state === "missed")
      throw new TrainChainError("conflict", facts.reason ?? "others took the job's slots first", {
        fix:
          offer.relayedUntil === null
            ? "Nothing is lost but the gas of the attempt. Choose another job."
            : "Nothing is lost. Choose another job.",
      });
    await navigate({ to: "/work/$jobId", params: { jobId: job.jobId } });
  });

  return (
    <Card title="Take a slot">
      <div className="grid gap-3">
        <p className="text-sm text-muted">
          {passed
            ? `Your wallet signs once. From then on you have ${formatSpan(job.terms.trainingPeriodSeconds)} to deliver; everything up to the payment happens by itself.`
            : job.terms.bondWei === "0"
              ? "Check this machine first: a requester waits for every slot that is taken."
              : "Check this machine first: a slot that is not delivered in time loses its bond."}
        </p>
        {job.terms.bondWei !== "0" && (
          <p className="text-sm">
            You lock a bond of <Amount wei={job.terms.bondWei} />{" "}
            {job.terms.bondBps === undefined
              ? "until you deliver."
              : "until the verdict on your delivery. It is burned if you deliver nothing in time."}
          </p>
        )}
        {offer.relayedUntil !== null && (
          <p className="text-sm">
            Your wallet has no coin for the fee: you sign, and the platform takes the slot and pays the fee.
          </p>
        )}
        {accept.error !== undefined && <ErrorNotice error={accept.error} />}
        <Button size="large" disabled={!passed || obstacle !== null} busy={accept.busy} onClick={accept.run}>
          Accept the job
        </Button>
        {accept.busy && (
          <p role="status" className="text-sm text-muted">
            {isSent ? "Sent. Waiting for the chain to record it." : "Your wallet asks for your signature."}
          </p>
        )}
      </div>
    </Card>
  );
}
