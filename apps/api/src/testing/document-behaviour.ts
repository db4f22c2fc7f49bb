import { expect, it } from "vitest";
import type { TestApi } from "./start-test-api.ts";

type Content = Record<string, { schema: { $ref?: string } }>;
interface Operation {
  operationId: string;
  parameters?: { in: string; name: string; required?: boolean; schema: { type?: unknown } }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

async function readDocument(api: TestApi) {
  const document = (await (await fetch(`${api.baseUrl}/openapi.json`)).json()) as Document;
  return { document, operations: Object.values(document.paths).flatMap((path) => Object.values(path)) };
}

export function documentBehaviour(world: () => TestApi): void {
  it("calls every operation by a name of its own, and goes on to call it so", async () => {
    const { operations } = await readDocument(world());
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(operationIds);
  });

  it("refers to the body and the answers of every operation by name", async () => {
    const { operations, document } = await readDocument(world());
    const named = operations.flatMap(({ operationId, requestBody, responses }) =>
      [requestBody, ...Object.values(responses)].flatMap((described) => {
        const json = described?.content?.["application/json"];
        return json ? [{ operationId, $ref: json.schema.$ref }] : [];
      }),
    );
    expect(named.length).toBeGreaterThan(operations.length);
    expect(named.filter(({ $ref }) => !$ref)).toEqual([]);
    const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    const referredTo = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, ref]) => ref);
    expect([...new Set(referredTo)].sort()).toEqual(known.sort());
  });

  it("is read whole by what makes clients of it: a path's parameters are needed, and no schema is a mere no", async () => {
    const { document, operations } = await readDocument(world());
    const inPath = operations.flatMap(({ operationId, parameters = [] }) =>
      parameters.filter((given) => given.in === "path").map((given) => ({ operationId, ...given })),
    );
    expect(inPath.length).toBeGreaterThan(10);
    expect(inPath.filter(({ required, schema }) => !required || Array.isArray(schema.type))).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('"items":false');
    const { CurvesView } = document.components.schemas;
    expect(JSON.stringify(CurvesView)).toContain('"minItems":2,"maxItems":2');
  });

  it("names what the protocol names, wherever it stands", async () => {
    const { document } = await readDocument(world());
    const { CreatedDraftView, JobView, ListJobsResponse } = document.components.schemas;
    expect(CreatedDraftView).toMatchObject({ properties: { draft: ref("DraftView") } });
    expect(ListJobsResponse).toMatchObject({ properties: { items: { items: ref("JobView") } } });
    expect(JobView).toMatchObject({
      properties: {
        slots: { items: ref("SlotView") },
        series: { anyOf: [ref("JobSeriesView"), { type: "null" }] },
      },
    });
  });
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** Generated clients have a function of each of these names: one that is renamed breaks what was written with them. */
const operationIds = [
  "acceptJob",
  "askToConfirmMail",
  "askToUnsubscribeMail",
  "beginUpload",
  "changeDraft",
  "completeImageJob",
  "confirmMail",
  "createAdapterUpload",
  "createEmbeddingFinetune",
  "createImageClassification",
  "createLlmFinetune",
  "createNonce",
  "createWebhook",
  "deleteDraft",
  "deleteUpload",
  "deleteWebhook",
  "downloadAdapter",
  "downloadResult",
  "finishJob",
  "getAssignment",
  "getBalance",
  "getConfig",
  "getContent",
  "getContributor",
  "getCurves",
  "getDraft",
  "getHealth",
  "getJob",
  "getProfile",
  "getPushKey",
  "getReadiness",
  "getReceipt",
  "getReplay",
  "getSession",
  "getTokenizer",
  "getTotals",
  "getTrial",
  "getUploadOffset",
  "getUploadStatus",
  "getVerification",
  "listContributions",
  "listContributorPool",
  "listDrafts",
  "listJobs",
  "listRatings",
  "listRequests",
  "listTimeline",
  "listWebhookDeliveries",
  "listWebhooks",
  "login",
  "logout",
  "noteStake",
  "openContributorExplorer",
  "rateContributor",
  "reportProgress",
  "sendUploadBytes",
  "setGpuTier",
  "submitAdapter",
  "tryResult",
  "unsubscribeMail",
  "watchJob",
];
