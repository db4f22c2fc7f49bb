import { createApiClient } from "@trainchain/api-client";
import { testWallet } from "@trainchain/testing";
import { expect, it } from "vitest";
import { accessTable } from "./access-table.ts";
import { type Call, createAccessWorld } from "./access-world.ts";
import { firstContributor, requester, stranger } from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";

/** Whoever may knock: somebody without a session, somebody signed in, and the three who have to do with a job. */
const actors = ["nobody", "other", "requester", "contributor", "aggregator"] as const;
const wallets = { other: stranger, requester, contributor: firstContributor, aggregator: 1 };

export function accessBehaviour(world: () => TestApi): void {
  it("has a row in the table of who may call it, and no row is left over", () => {
    const declared = world()
      .observations.routes()
      .map(({ method, path }) => `${method} ${path}`);
    expect(declared.toSorted()).toEqual(Object.keys(accessTable).toSorted());
  });

  it("answers each kind of caller as the table says", async () => {
    const api = world();
    const things = await createAccessWorld(api);
    const differences: string[] = [];
    for (const [route, { call, answers }] of Object.entries(accessTable)) {
      const statuses: number[] = [];
      for (const actor of actors) statuses.push(await knock(api, route, actor, await call(things)));
      if (String(statuses) !== String(answers)) differences.push(`${route}: ${statuses}, not ${answers}`);
    }
    expect(differences).toEqual([]);
  });
}

async function knock(api: TestApi, route: string, actor: (typeof actors)[number], call: Call) {
  const { path, json, body, headers } = call;
  const method = route.split(" ")[0] ?? "";
  const token = actor === "nobody" ? undefined : await tokenFor(api, route, wallets[actor]);
  const response = await fetch(api.baseUrl + path, {
    method,
    redirect: "manual",
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: json === undefined ? (body ?? null) : JSON.stringify(json),
  });
  // An event stream never ends by itself.
  await response.body?.cancel();
  return response.status;
}

/** Signing out ends a session, so it gets one of its own. */
async function tokenFor(api: TestApi, route: string, index: number): Promise<string> {
  if (route !== "POST /auth/logout") return api.tokenOf(index);
  return (await createApiClient({ baseUrl: api.baseUrl }).signIn(testWallet(index))).token;
}
