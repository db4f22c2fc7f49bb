import { printableJson } from "@trainchain/protocol";
import type { AgentEvent } from "../jobs/agent-event.ts";
import type { JobRecord } from "../jobs/job-record.ts";

/** Lines of training progress are for reading along, not for the record: one every two seconds is enough. */
const stepIntervalMs = 2_000;

/** Prints what the agent does: one JSON object a line, or sentences for people. */
export function printEvents({ json, write }: { json: boolean; write: (line: string) => void }) {
  if (json)
    return (event: AgentEvent) => {
      if (event.type !== "queue") write(printableJson(toLine(event)));
    };
  let lastStepAt = 0;
  return (event: AgentEvent) => {
    if (event.type === "trainer" && event.event.event === "step") {
      if (Date.now() - lastStepAt < stepIntervalMs && event.event.step < event.event.steps) return;
      lastStepAt = Date.now();
    }
    if (event.type === "state" && isSendingStates(event.record)) return;
    const sentence = toSentence(event);
    if (sentence) write(sentence);
  };
}

/** Each state of a training that is sent has a line of its own. */
function isSendingStates({ facts: { replay, hindrance } }: JobRecord): boolean {
  return replay !== undefined && !hindrance && replay.sent > 0 && replay.sent < replay.asked;
}

function toLine(event: Exclude<AgentEvent, { type: "queue" }>): object {
  switch (event.type) {
    case "state": {
      const { jobId, state, facts, updatedAt } = event.record;
      return { event: "state", jobId, state, ...event.words, facts, at: updatedAt };
    }
    case "trainer":
      return { event: "trainer", jobId: event.jobId, trainer: event.event };
    case "environment":
      return { event: "environment", ...event.progress };
    case "log":
      return { event: "log", jobId: event.jobId, message: event.line };
  }
}

function toSentence(event: AgentEvent): string | undefined {
  if (event.type === "environment") return `environment: ${event.progress.message}`;
  if (event.type === "log") return `job ${event.jobId}: ${event.line}`;
  if (event.type === "state") {
    const { jobId, state } = event.record;
    return `job ${jobId} ${state.padEnd(10)} ${event.words.now}${event.words.next && ` Next: ${event.words.next}`}`;
  }
  if (event.type === "queue") return undefined;
  const { event: trainer, jobId } = event;
  if (trainer.event === "step") {
    const { step, steps, loss, tokensPerSecond, etaSeconds } = trainer;
    return `job ${jobId} step ${step}/${steps}  loss ${loss.toFixed(4)}  ${Math.round(tokensPerSecond)} tokens/s  ${Math.ceil(etaSeconds)} s left`;
  }
  if (trainer.event === "epoch") {
    const { epoch, epochs, loss, accuracy, etaSeconds } = trainer;
    const right = `${(100 * accuracy).toFixed(1)} % right`;
    return `job ${jobId} epoch ${epoch}/${epochs}  loss ${loss.toFixed(4)}  ${right}  ${Math.ceil(etaSeconds)} s left`;
  }
  if (trainer.event === "resumed") return `job ${jobId} goes on from the checkpoint at step ${trainer.step}`;
  if (trainer.event === "started")
    return `job ${jobId} trains on ${trainer.device} (${trainer.dtype}, quantization ${trainer.quantization})`;
  return undefined;
}
