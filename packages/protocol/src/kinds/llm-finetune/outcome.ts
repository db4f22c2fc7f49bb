import { deliveredLoss, type ResultDocument } from "./receipt.ts";

export function outcomeOfRows(result: ResultDocument): string {
  const before = result.evaluation?.base.loss;
  const after = deliveredLoss(result);
  if (before === undefined || after === undefined) return "The result was not measured.";
  const percent = Math.abs((100 * (before - after)) / before).toFixed(1);
  return `Loss on unseen rows ${before.toFixed(3)} → ${after.toFixed(3)}: ${percent} % ${after > before ? "worse" : "better"} than the base model.`;
}
