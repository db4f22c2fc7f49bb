import type { Row } from "../../../testing/access-rows.ts";

export const llmAccess: Record<string, Row> = {
  "POST /jobs/llm-finetune": {
    call: async ({ request }) => ({ path: "/jobs/llm-finetune", json: await request() }),
    answers: [401, 404, 202, 404, 404],
  },
};
