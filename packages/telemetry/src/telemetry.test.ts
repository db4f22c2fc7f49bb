import { TrainChainError } from "@trainchain/protocol";
import { freePort } from "@trainchain/testing";
import { expect, it } from "vitest";
import { createLogger } from "./create-logger.ts";
import { addReadGauge, createRegistry } from "./create-metrics.ts";
import { scrub, secretsAmong } from "./secrets.ts";
import { serveMonitor } from "./serve-monitor.ts";
import { withTrace } from "./trace.ts";

const environment = {
  RPC_URL: "https://node.test/v2/operators-own-key",
  DATABASE_URL: "postgres://trainchain:p%40ssword-1@127.0.0.1/trainchain",
  SEALING_SECRET: "5e".repeat(32),
  AGGREGATOR_PRIVATE_KEY: `0x${"ab".repeat(32)}`,
  PORT: "4000",
};

function startLog() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, log: createLogger({ name: "test", level: "info", environment, destination }) };
}

it.each(["authorization", "cookie", "token", "signature", "identity"])(
  "a %s never reaches the log",
  (name) => {
    const { lines, log } = startLog();
    log.info(
      { [name]: "opens-it", request: { [name]: "opens-it", headers: { [name]: "opens-it" } } },
      "request",
    );
    expect(lines.join("")).not.toContain("opens-it");
  },
);

it("the value of a secret setting is cut out of every line, wherever it stands", () => {
  const { lines, log } = startLog();
  const err = new Error(`HTTP request failed. URL: ${environment.RPC_URL}`, {
    cause: new Error(`for ${environment.AGGREGATOR_PRIVATE_KEY.slice(2)}`),
  });
  log.warn({ err, deep: { deeper: [environment.SEALING_SECRET] } }, `password p@ssword-1`);
  const text = lines.join("");
  for (const secret of ["operators-own-key", "p@ssword-1", "5e5e5e5e", "abababab"])
    expect(text).not.toContain(secret);
  expect(JSON.parse(text)).toMatchObject({ name: "test", err: { type: "Error" } });
  expect(scrub("port 4000 of trainchain", secretsAmong(environment))).toBe("port 4000 of trainchain");
});

it("a line names the request and the job that it was written for, however deep and late", async () => {
  const { lines, log } = startLog();
  await withTrace({ requestId: "r-1" }, () =>
    withTrace({ jobId: "7", task: undefined }, async () => {
      await new Promise(setImmediate);
      log.info("inside");
    }),
  );
  log.info("outside");
  const [inside, outside] = lines.map((line) => JSON.parse(line));
  expect(inside).toMatchObject({ requestId: "r-1", jobId: "7", msg: "inside" });
  expect([inside.task, outside.requestId, outside.jobId]).toEqual([undefined, undefined, undefined]);
});

it("the monitoring port tells of life, readiness and figures, and leaves out what it cannot read", async () => {
  const registry = createRegistry();
  let broken = true;
  const read = async () => {
    if (broken) throw new Error("unreadable");
    return [{ labels: { task: "verify" }, value: 3 }];
  };
  addReadGauge(registry, { name: "waiting", help: "Tasks", labels: ["task"], read });
  const port = await freePort();
  const assertReady = async () => {
    if (broken) throw new TrainChainError("chain-unavailable", "the node does not answer");
  };
  const stop = await serveMonitor(
    { MONITOR_PORT: port, MONITOR_HOST: "127.0.0.1" },
    { registry, assertReady },
  );
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  expect(await get("/healthz")).toEqual({ status: 200, text: '{"status":"ok"}' });
  expect(await get("/readyz")).toMatchObject({
    status: 503,
    text: expect.stringContaining("the node does not answer"),
  });
  expect((await get("/metrics")).text).not.toContain("waiting{");
  broken = false;
  expect(await get("/readyz")).toMatchObject({ status: 200 });
  const { text } = await get("/metrics");
  expect(text).toContain('waiting{task="verify"} 3');
  expect(text).toContain("process_resident_memory_bytes");
  expect((await get("/")).status).toBe(404);
  await stop();
});
