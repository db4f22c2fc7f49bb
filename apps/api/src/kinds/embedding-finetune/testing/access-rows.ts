import { anyWalletBadInput, type Row } from "../../../testing/access-rows.ts";

export const embeddingAccess: Record<string, Row> = {
  "POST /jobs/embedding-finetune": {
    call: () => ({ path: "/jobs/embedding-finetune", json: {} }),
    answers: anyWalletBadInput,
  },
};
