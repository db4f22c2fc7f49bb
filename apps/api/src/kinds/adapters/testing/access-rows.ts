import type { Row } from "../../../testing/access-rows.ts";

export const adapterAccess: Record<string, Row> = {
  "POST /jobs/submit-adapter": {
    call: ({ submission }) => ({ path: "/jobs/submit-adapter", json: submission }),
    answers: [401, 403, 403, 202, 403],
  },
};
