import type { Notice, NoticeType } from "@trainchain/protocol";
import { formatEther } from "viem";

type Data = Notice["data"];

const jobOf = ({ jobId }: Data) => `Job ${jobId}`;
const because = ({ message }: Data) => (message ? ` ${message}` : "");

const mayAppeal = ({ appealBy }: Data) =>
  appealBy ? ` It may be appealed until ${new Date(Number(appealBy) * 1_000).toISOString()}.` : "";

const words: Record<NoticeType, (data: Data) => [title: string, text: string]> = {
  "webhook.created": () => ["TrainChain", "An address for your wallet's notices was entered."],
  "draft.ready": ({ round }) => [
    "Ready to sign",
    Number(round) > 1
      ? `Round ${round} of your request waits for your signature.`
      : "Your request is prepared and waits for your signature.",
  ],
  "draft.failed": (data) => ["Not prepared", `Your request could not be prepared.${because(data)}`],
  "slot.taken": (data) => [jobOf(data), `${data.contributor} has joined.`],
  "slot.released": (data) => [jobOf(data), `The deadline of ${data.contributor} passed without a delivery.`],
  "delivery.submitted": (data) => [jobOf(data), `${data.contributor} has delivered; it is being verified.`],
  "delivery.refused": (data) => [
    jobOf(data),
    `The delivery of ${data.contributor} did not pass the checks.${mayAppeal(data)}`,
  ],
  "job.closed": (data) => [jobOf(data), `It is ${data.status}.`],
  "reward.paid": (data) => [jobOf(data), `You were paid ${formatEther(BigInt(data.amountWei ?? 0))} POL.`],
};

/** A notice in a line for a person. */
export function describeNotice({ type, data }: Notice): { title: string; text: string } {
  const [title, text] = words[type](data);
  return { title, text };
}
