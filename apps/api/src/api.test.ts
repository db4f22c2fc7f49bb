import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embeddingBehaviour } from "./kinds/embedding-finetune/testing/embedding-behaviour.ts";
import { imageBehaviour } from "./kinds/image-classification/testing/image-behaviour.ts";
import { acceptanceBehaviour } from "./testing/acceptance-behaviour.ts";
import { accessBehaviour } from "./testing/access-behaviour.ts";
import { attackBehaviour } from "./testing/attack-behaviour.ts";
import { changeBehaviour } from "./testing/change-behaviour.ts";
import { contributorBehaviour } from "./testing/contributor-behaviour.ts";
import { documentBehaviour } from "./testing/document-behaviour.ts";
import { everyRouteBehaviour } from "./testing/every-route-behaviour.ts";
import { jobBehaviour } from "./testing/job-behaviour.ts";
import { loadBehaviour } from "./testing/load-behaviour.ts";
import { loginBehaviour } from "./testing/login-behaviour.ts";
import { mailBehaviour } from "./testing/mail-behaviour.ts";
import { ratingBehaviour } from "./testing/rating-behaviour.ts";
import { replayBehaviour } from "./testing/replay-behaviour.ts";
import { requestBehaviour } from "./testing/request-behaviour.ts";
import { roundsBehaviour } from "./testing/rounds-behaviour.ts";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";
import { streamBehaviour } from "./testing/stream-behaviour.ts";
import { trialBehaviour } from "./testing/trial-behaviour.ts";
import { uploadBehaviour } from "./testing/upload-behaviour.ts";
import { webhookBehaviour } from "./testing/webhook-behaviour.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.stop());

// One world for all: what it has seen in the end is compared with what the routes declare.
const world = () => api;
describe("signing in", () => loginBehaviour(world));
describe("uploads", () => uploadBehaviour(world));
describe("requesting", () => requestBehaviour(world));
describe("changing a request", () => changeBehaviour(world));
describe("jobs", () => jobBehaviour(world));
describe("contributing", () => contributorBehaviour(world));
describe("an acceptance", () => acceptanceBehaviour(world));
describe("proving", () => replayBehaviour(world));
describe("several rounds", () => roundsBehaviour(world));
describe("rating", () => ratingBehaviour(world));
describe("trying a result", () => trialBehaviour(world));
describe("notices", () => webhookBehaviour(world));
describe("notices by e-mail", () => mailBehaviour(world));
describe("image jobs", () => imageBehaviour(world));
describe("embedding jobs", () => embeddingBehaviour(world));
describe("event streams", () => streamBehaviour(world));
describe("attacks", () => attackBehaviour(world));
describe("the document of the API", () => documentBehaviour(world));
describe("every route", () => everyRouteBehaviour(world));
describe("every route", () => accessBehaviour(world));
describe("under load", () => loadBehaviour(world));

it("every status that a route declares was seen, and no other", () => {
  expect({ unseen: api.observations.unseen(), undeclared: api.observations.undeclared() }).toEqual({
    unseen: [],
    undeclared: [],
  });
});
