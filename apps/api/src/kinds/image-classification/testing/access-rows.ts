import { anyWalletBadInput, type Row } from "../../../testing/access-rows.ts";

export const imageAccess: Record<string, Row> = {
  "POST /jobs/image-classification": {
    call: () => ({ path: "/jobs/image-classification", json: {} }),
    answers: anyWalletBadInput,
  },
  "POST /jobs/complete": { call: () => ({ path: "/jobs/complete", json: {} }), answers: anyWalletBadInput },
};
