import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createJob, localChain } from "@trainchain/chain";
import { connect } from "@trainchain/db";
import { termsFor } from "@trainchain/protocol";
import { fakeCid, roles, testWallet, waitFor } from "@trainchain/testing";
import { openBrowser } from "@trainchain/testing/browser";
import { startLocalWorld } from "@trainchain/testing/local-world";
import { createClient, http } from "viem";
import { expect, it } from "vitest";
import { ensureWeb } from "../scripts/ensure-web.ts";
import { startAgent } from "./agent-process.ts";
import { visitSite } from "./web/visit.ts";

const commandLine = fileURLToPath(new URL("../apps/cli/src/main.ts", import.meta.url));
const told = "1 job of a kind this version does not know";

it("command line, agent and site pass over a job whose kind has a number that none of them knows, and say so", async () => {
  await ensureWeb();
  const dataDir = await mkdtemp(join(tmpdir(), "trainchain-unknown-kind-"));
  const world = await startLocalWorld({ dataDir, escrowVersion: "2" });
  const browser = await openBrowser();
  try {
    const requester = testWallet(roles.requester);
    const specCid = fakeCid("k");
    const { sql, close } = connect(world.databaseUrl);
    // Listed are jobs that were prepared here.
    await sql`insert into drafts (id, kind, requester, upload_id, request)
      values ('draft', 'llm-finetune', ${requester.address.toLowerCase()}, 'upload', '{}')`;
    await sql`insert into llm_finetune_jobs (draft_id, spec_cid, spec, model_name, model_revision, contributors,
        dataset_format, rows, holdout_rows, holdout_cid, shard_assignments)
      values ('draft', ${specCid}, '{}', 'toy', 'local', 1, 'jsonl', 10, 1, 'holdout', '[]')`;
    const stakeWei = 1_000n;
    const terms = termsFor(
      "2",
      {
        ...{ kind: 200, minContributors: 1, maxContributors: 1, bondWei: 0n, specCid },
        ...{ acceptBy: Math.floor(Date.now() / 1_000) + 3_600, trainingPeriod: 3_600, reviewPeriod: 3_600 },
        aggregator: testWallet(roles.aggregator).address,
      },
      { stakeWei, feeBps: 0 },
    );
    const signer = createClient({ account: requester, chain: localChain, transport: http(world.rpcUrl) });
    await createJob(signer, { escrow: world.escrow, terms, stakeWei });
    const count = async () => (await sql`select kind from jobs`).map(({ kind }) => kind);
    await waitFor("the job to be followed", async () => (await count()).length === 1);
    expect(await count()).toEqual(["kind-200"]);
    await close();

    const env = { PATH: process.env.PATH, API_URL: world.apiUrl };
    const listed = await promisify(execFile)(process.execPath, [commandLine, "job", "list"], { env });
    expect(listed.stdout).toContain(told);

    const agent = await startAgent(world, roles.firstContributor, ["--auto"]);
    await waitFor("the agent to say so", async () => (await readFile(agent.logFile, "utf8")).includes(told));
    await agent.stop();

    const { page, complaints, close: leave } = await visitSite(browser, world, "/browse-jobs");
    await page.getByText(told).waitFor();
    expect(complaints).toEqual([]);
    await leave();
  } finally {
    await browser.close();
    await world.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});
