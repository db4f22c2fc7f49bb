import { type Gain, type Receipt, verdictOfGain } from "@trainchain/protocol";
import { Notice } from "@trainchain/ui";

const titles = {
  better: "Better than the base model",
  unclear: "No clear difference to the base model",
  worse: "Worse than the base model",
};

/** In a sentence, what the requester got: by how much it is better than the base model, and how sure that is. */
export function Verdict({ result }: { result: Receipt["result"] }) {
  const { evaluation } = result;
  if (!evaluation?.gain) return null;
  const verdict = verdictOfGain(evaluation.gain);
  return (
    <Notice tone={verdict === "better" ? "positive" : "warning"} title={titles[verdict]}>
      <p>{sentenceOf(evaluation.gain)}</p>
      {verdict !== "better" && (
        <p className="mt-1">
          {verdict === "unclear"
            ? "More rows, more epochs or a higher learning rate may help."
            : "A lower learning rate or fewer epochs may help; rows that contradict one another do harm."}
        </p>
      )}
    </Notice>
  );
}

function sentenceOf({ rows, mean, interval, before }: Gain): string {
  const percent = Math.abs((100 * mean) / before).toFixed(1);
  const change = `${Math.abs(mean).toFixed(3)} ± ${interval.toFixed(3)}`;
  return (
    `On ${rows} rows that nobody trained on, its answers are ${percent} % ${mean < 0 ? "more" : "less"} wrong: ` +
    `the loss of a row is ${mean < 0 ? "higher" : "lower"} by ${change} nats a token (95 % interval).`
  );
}
