import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawShape, shapesArchive, zipOf } from "@trainchain/testing/generated-images";
import { expect, it } from "vitest";

const folder = await mkdtemp(join(tmpdir(), "trainchain-cli-"));
const script = join(import.meta.dirname, "main.ts");

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `trainchain` as a process; nothing of this process's environment but PATH reaches it. */
function trainchain(
  args: string[],
  { input = "", env = {} }: { input?: string; env?: object } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const flags = ["--disable-warning=ExperimentalWarning", script, ...args];
    const options = { env: { PATH: process.env.PATH, HOME: folder, ...env }, cwd: folder };
    const child = execFile(process.execPath, flags, options, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

function configWith(name: string) {
  const limits = { uploadBytes: 1, adapterBytes: 1 };
  const wallets = { escrow: `0x${"e5".repeat(20)}`, aggregator: `0x${"a9".repeat(20)}` };
  const chain = { chainId: 80_002, chainName: name, rpcUrl: "http://127.0.0.1:1", explorerUrl: null };
  return { ...chain, ...wallets, feeBps: 0, models: [], limits };
}

const rows = Array.from({ length: 100 }, (_, i) =>
  JSON.stringify({ instruction: `Say ${i}.`, input: "", output: `${i}` }),
);

it("prints the CID that `ipfs add --cid-version=1` prints, of a file and of standard input", async () => {
  const cid = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";
  const path = await file("hello.txt", "hello world\n");
  expect((await trainchain(["cid", path])).stdout).toBe(`${cid}\n`);
  expect((await trainchain(["cid", "-"], { input: "hello world\n" })).stdout).toBe(`${cid}\n`);
  const zeros = await file("zeros", new Uint8Array(600_000));
  expect((await trainchain(["cid", zeros])).stdout.trim()).toBe(
    "bafybeib7pcuusxw7atqqc4apxvkezssdjbqkkhymjpo5x7bsj5sytn2ph4",
  );
});

it("accepts a good dataset, and refuses a bad one with line, field, fix and exit code 2", async () => {
  const good = await trainchain(["dataset", "check", await file("good.jsonl", rows.join("\n"))]);
  expect([good.code, good.stdout]).toEqual([0, expect.stringContaining("100 usable rows")]);
  const bad = await file("bad.jsonl", `${rows[0]}\n{"instruction":"x","input":"","output":""}\n`);
  const told = await trainchain(["dataset", "check", bad]);
  expect([told.code, told.stdout]).toEqual([2, expect.stringMatching(/line 2, output is empty\. .*answer/)]);
  const json = await trainchain(["dataset", "check", bad, "--json"]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    ok: false,
    errors: 1,
    problems: [{ line: 2, field: "output" }],
  });
});

it("counts a dataset's tokens by the tokenizer of a model that the platform has", async () => {
  const toy = new URL("../../../trainer/toy-model/", import.meta.url);
  const text = (name: string) => readFile(new URL(name, toy), "utf8");
  const tokenizer = JSON.stringify({
    tokenizer: JSON.parse(await text("tokenizer.json")),
    config: JSON.parse(await text("tokenizer_config.json")),
    chatTemplate: await text("chat_template.jinja"),
  });
  const needs = { vramGb: 0, ramGb: 1, diskGb: 1, cores: 1 };
  const model = {
    id: "toy-model",
    revision: "local",
    name: "toy-model",
    parametersBillion: null,
    license: null,
  };
  const models = [{ ...model, maxLength: 1_024, needs: { gpu: needs, cpu: needs } }];
  const platform = createServer(({ url = "" }, response) =>
    response.end(
      url.startsWith("/tokenizer") ? tokenizer : JSON.stringify({ ...configWith("here"), models }),
    ),
  );
  await new Promise<void>((resolve) => platform.listen(0, resolve));
  const api = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
  const long = JSON.stringify({ instruction: "Say it again. ".repeat(100), input: "", output: "Again." });
  const path = await file("long.jsonl", [...rows, long, long].join("\n"));
  const check = (...args: string[]) => trainchain(["dataset", "check", path, "--api", api, ...args]);
  const told = await check("--model", "toy-model", "--max-length", "128");
  expect(told.stdout).toMatch(/by the tokenizer of toy-model a row has \d+ tokens in the median/);
  expect(told.stdout).toContain("1 of 101 rows have no answer within it and are not used");
  const json = await check("--model", "toy-model", "--json");
  expect(JSON.parse(json.stdout).tokens).toEqual({ maxLength: 128, rows: 101, cut: 0, dropped: 1 });
  expect(await check("--model", "another")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("toy-model"),
  });
  platform.close();
});

it("leaves the rows that cannot be used out of a file of its own, in one step", async () => {
  const empty = '{"instruction":"x","input":"","output":""}';
  const source = await file("two-empty.jsonl", [...rows, empty, "{", rows[0]].join("\n"));
  const clean = source.replace("two-empty", "clean");
  const refused = await trainchain(["dataset", "check", source]);
  expect([refused.code, refused.stdout]).toEqual([
    2,
    expect.stringMatching(/go on with the other 100 usable rows.*--write FILE.*--leave-out/),
  ]);
  const told = await trainchain(["dataset", "check", source, "--write", clean]);
  expect([told.code, told.stdout]).toEqual([
    0,
    expect.stringMatching(/100 usable rows are in .*, 2 are left out/),
  ]);
  const again = await trainchain(["dataset", "check", clean]);
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining("100 usable rows, 0 repetitions")]);
  const twice = await trainchain(["dataset", "check", source, "--write", clean]);
  expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining("cannot be written")]);
});

it("says where a file has too few rows for any job", async () => {
  const say = "! With 20 usable rows no job can be requested: 20 are kept back";
  const few = await trainchain(["dataset", "check", await file("few.jsonl", rows.slice(0, 20).join("\n"))]);
  expect([few.code, few.stdout]).toEqual([0, expect.stringContaining(say)]);
  const enough = await trainchain(["dataset", "check", await file("21.jsonl", rows.slice(0, 21).join("\n"))]);
  expect(enough.stdout).not.toContain("no job can be requested");
});

it("writes no file where reading stopped before the end", async () => {
  const source = await file("cut.json", `[${rows.slice(0, 3).join(",")}`);
  const clean = source.replace("cut.json", "cut-clean.jsonl");
  const told = await trainchain(["dataset", "check", source, "--write", clean]);
  expect(told.code).toBe(2);
  await expect(readFile(clean)).rejects.toMatchObject({ code: "ENOENT" });
});

/** What a terminal would act on; the lines themselves end in line feeds. */
const commands = /[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

it.each([
  [
    "jsonl",
    '{"instruction":"a","output":"b","\\u001b]0;owned\\u0007\\u001b[2K\\r\\n✓ It can be used.\\u009b2J\\u202e":1}\n',
  ],
  ["csv", "instruction,output,\u001b[2J\u001b[31mFAKE OK\u001b[0m\nName a colour,Blue,x\n"],
])("what a %s file names its columns commands no terminal and begins no line", async (format, text) => {
  const path = await file(`escapes.${format}`, text);
  const told = await trainchain(["dataset", "check", path]);
  const json = await trainchain(["dataset", "check", path, "--json"]);
  for (const printed of [told.stdout, told.stderr, json.stdout]) expect(printed).not.toMatch(commands);
  expect(told.stdout).toContain("is not a field of the format");
  expect(told.stdout).toContain("\u{fffd}");
  expect(told.stdout.split("\n").filter((line) => line.startsWith("✓"))).toEqual([
    "✓ It can be used as it is.",
  ]);
});

it("neither does what a server says, in its answers and in its refusals", async () => {
  const evil = "\u001b[2J\u009b31m\r\n✓ job 1 is open\u202e";
  const server = createServer((request, response) => {
    const refusal = { error: { code: "conflict", message: `no${evil}`, fix: `none${evil}`, requestId: "1" } };
    const isConfig = request.url === "/config";
    response.writeHead(isConfig ? 200 : 409).end(JSON.stringify(isConfig ? configWith(evil) : refusal));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  for (const flags of [[], ["--json"]]) {
    const told = await trainchain(["job", "show", "1", "--api", `http://127.0.0.1:${port}`, ...flags]);
    expect(told.code).toBe(2);
    expect(told.stdout + told.stderr).toMatch(/no.*is open/);
    expect(told.stdout + told.stderr).not.toMatch(commands);
    expect((told.stdout + told.stderr).split("\n").filter((line) => line.startsWith("✓"))).toEqual([]);
  }
  server.close();
});

it("only one file writes to the terminal: the one that makes every line printable", async () => {
  const sources = await readdir(import.meta.dirname, { recursive: true });
  const writers = [];
  for (const name of sources.filter((source) => /(?<!\.test)\.ts$/.test(source))) {
    const text = await readFile(join(import.meta.dirname, name), "utf8");
    if (/process\.?\[?\w*\]?\.write\(|console\./.test(text)) writers.push(name);
  }
  expect(writers).toEqual(["output.ts"]);
});

it("shards a dataset the same way each time: every row once, sizes within one row, a manifest", async () => {
  const source = await file("rows.jsonl", rows.join("\n"));
  const shard = (out: string) =>
    trainchain([
      "dataset",
      "shard",
      source,
      "--shards",
      "3",
      "--seed",
      "5",
      "--holdout",
      "10",
      "--out",
      join(folder, out),
    ]);
  expect([(await shard("a")).code, (await shard("b")).code]).toEqual([0, 0]);
  const parts = ["shard-0.jsonl", "shard-1.jsonl", "shard-2.jsonl", "holdout.jsonl"];
  const read = (out: string) => Promise.all(parts.map((part) => readFile(join(folder, out, part), "utf8")));
  const [first, second] = [await read("a"), await read("b")];
  expect(second).toEqual(first);
  expect(first.map((text) => text.trim().split("\n").length)).toEqual([30, 30, 30, 10]);
  expect(new Set(first.join("").trim().split("\n")).size).toBe(100);
  expect(JSON.parse(await readFile(join(folder, "a", "manifest.json"), "utf8"))).toMatchObject({
    seed: 5,
    rows: 100,
  });
});

/** A PEFT adapter of one module, 2 → 3, rank 1: the first test vector of docs/federation.md. */
async function adapter(
  name: string,
  { a, b, alpha, model = "toy" }: { a: number[]; b: number[]; alpha: number; model?: string },
): Promise<string> {
  const path = "base_model.model.m.q_proj";
  const header = JSON.stringify({
    [`${path}.lora_A.weight`]: { dtype: "F32", shape: [1, 2], data_offsets: [0, 8] },
    [`${path}.lora_B.weight`]: { dtype: "F32", shape: [3, 1], data_offsets: [8, 20] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const dir = await mkdtemp(join(folder, name));
  const values = Buffer.from(Float32Array.from([...a, ...b]).buffer);
  await writeFile(
    join(dir, "adapter_model.safetensors"),
    Buffer.concat([length, Buffer.from(header), values]),
  );
  const config = { peft_type: "LORA", r: 1, lora_alpha: alpha, base_model_name_or_path: model };
  await writeFile(join(dir, "adapter_config.json"), JSON.stringify(config));
  return dir;
}

it("merges adapters into the weighted mean of their updates", async () => {
  const first = await adapter("first", { a: [1, 2], b: [1, 0, -1], alpha: 2 });
  const second = await adapter("second", { a: [0, 1], b: [2, 1, 0], alpha: 1 });
  const out = join(folder, "merged");
  const args = [
    "adapter",
    "merge",
    first,
    second,
    "--method",
    "svd",
    "--rank",
    "1",
    "--weights",
    "1,3",
    "--out",
    out,
  ];
  const merged = JSON.parse((await trainchain([...args, "--json"])).stdout);
  // σ = 2.86526186, 0.32058454: rank 1 misses the share σ₂² / (σ₁² + σ₂²).
  expect(merged).toMatchObject({ method: "svd", rank: 1, relativeError: expect.closeTo(0.0123638, 6) });
  expect((await trainchain(["adapter", "check", out])).code).toBe(0);
});

it("merges adapters that name their base model differently once the name is given", async () => {
  const values = { a: [1, 2], b: [1, 0, -1], alpha: 2 };
  const dirs = [await adapter("own", values), await adapter("theirs", { ...values, model: "unsloth/toy" })];
  const merge = (...more: string[]) =>
    trainchain(["adapter", "merge", ...dirs, "--out", join(folder, "merged-by-name"), ...more]);
  const refused = await merge();
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/layers are alike: .* names toy, .* names unsloth\/toy\n.*--base-model/);
  expect((await merge("--base-model", "toy")).code).toBe(0);
});

it("finds an adapter that is a copy of another, and one that is no safetensors file", async () => {
  const honest = await adapter("honest", { a: [1, 2], b: [1, 0, -1], alpha: 2 });
  const copy = await adapter("copy", { a: [2, 4], b: [0.5, 0, -0.5], alpha: 2 });
  const other = await adapter("other", { a: [2, -1], b: [0, 1, 0], alpha: 2 });
  expect((await trainchain(["adapter", "check", other, "--against", honest])).code).toBe(0);
  const found = await trainchain(["adapter", "check", copy, "--against", honest]);
  expect([found.code, found.stdout]).toEqual([2, expect.stringContaining("✗ not-a-copy")]);
  await writeFile(join(copy, "adapter_model.safetensors"), "not an adapter");
  expect((await trainchain(["adapter", "check", copy])).code).toBe(2);
});

it("makes a wallet that only its owner reads, shows its address, and never overwrites it", async () => {
  const path = join(folder, "wallet.json");
  const env = { TRAINCHAIN_KEYSTORE_PASSWORD: "correct horse" };
  const made = JSON.parse((await trainchain(["wallet", "new", "--out", path, "--json"], { env })).stdout);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await trainchain(["wallet", "address", "--keystore", path])).stdout.trim()).toBe(made.address);
  expect((await trainchain(["wallet", "new", "--out", path], { env })).code).toBe(2);
});

it("ends with 2 where the user can mend it and 75 where trying again may help, with message and fix", async () => {
  const absent = await trainchain(["cid", "absent"]);
  expect([absent.code, absent.stderr]).toEqual([
    2,
    expect.stringMatching(/✗ absent cannot be read.*\n {2}Check/),
  ]);
  expect((await trainchain(["dataset", "shard", "x"])).code).toBe(2);
  const env = { API_URL: "http://127.0.0.1:9" };
  const away = await trainchain(["job", "list", "--json"], { env });
  expect([away.code, JSON.parse(away.stdout)]).toMatchObject([75, { error: { code: "timeout" } }]);
  const walletless = await trainchain(["job", "cancel", "1", "--json"], { env });
  expect([walletless.code, JSON.parse(walletless.stdout)]).toMatchObject([
    2,
    { error: { fix: expect.stringContaining("--keystore") } },
  ]);
});

it("hands the contributor's arguments on to the agent", async () => {
  const help = await trainchain(["contributor", "--help"]);
  expect([help.code, help.stdout]).toEqual([0, expect.stringContaining("--min-reward")]);
  const nowhere = await trainchain(["contributor", "--jobs", "1"]);
  expect([nowhere.code, nowhere.stderr]).toEqual([
    2,
    expect.stringContaining("API_URL: name the platform with --api or in API_URL"),
  ]);
});

it("says how a platform is named where an address is none, or where nobody answers", async () => {
  for (const address of ["127.0.0.1:4000", "localhost:4000", "nowhere"]) {
    const { code, stderr } = await trainchain(["job", "list", "--api", address]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("Give an address with http:// or https://")]);
  }
  const unanswered = await trainchain(["job", "list", "--api", "http://127.0.0.1:9"]);
  expect([unanswered.code, unanswered.stderr]).toEqual([
    75,
    expect.stringMatching(/127\.0\.0\.1:9 cannot be reached\n {2}Name the platform with --api or in API_URL/),
  ]);
});

it("says that a folder is one where a file is asked for, and takes a receipt from its own", async () => {
  const told = await trainchain(["dataset", "check", folder]);
  expect([told.code, told.stderr]).toEqual([2, `✗ ${folder} is a folder\n  Name a file in it.\n`]);
  const result = join(folder, "result");
  await mkdir(result);
  const receiptless = await trainchain(["result", "verify", result]);
  expect([receiptless.code, receiptless.stderr]).toEqual([
    2,
    expect.stringContaining(`${join(result, "receipt.json")} cannot be read (ENOENT)`),
  ]);
  const packed = await trainchain(["result", "export", await file("result.tar", "x"), "--gguf"]);
  expect([packed.code, packed.stderr]).toEqual([2, expect.stringContaining("Unpack it")]);
});

it("proposes the next command in the words with which this one was started", async () => {
  const path = await file("one-bad.jsonl", `${rows.join("\n")}\n{}\n`);
  const tell = async (env: object) => (await trainchain(["dataset", "check", path], { env })).stdout;
  expect(await tell({})).toContain("--leave-out with: trainchain job create");
  expect(await tell({ npm_lifecycle_event: "trainchain" })).toContain(
    "--leave-out with: npm run trainchain -- job create",
  );
});

it("checks an image archive: its classes with their counts, or what is wrong with which file", async () => {
  const good = await file("shapes.zip", await shapesArchive(4));
  const told = await trainchain(["dataset", "check", good]);
  expect([told.code, told.stdout]).toEqual([
    0,
    expect.stringMatching(/16 usable images of 4 classes[\s\S]*ring +4/),
  ]);
  const files = [
    ["ring/0.png", drawShape("ring", 0)] as const,
    ["ring/../../0.png", drawShape("ring", 1)] as const,
  ];
  const bad = await trainchain(["dataset", "check", await file("bad.zip", await zipOf(files))]);
  expect([bad.code, bad.stdout]).toEqual([
    2,
    expect.stringMatching(/✗ ring\/\.\.\/\.\.\/0\.png .*leaves its folder/),
  ]);
});

it("refuses a bad image archive before anything is sent or signed", async () => {
  const one = await file("one.zip", await zipOf([["ring/0.png", drawShape("ring", 0)]]));
  const told = await trainchain(["job", "create-image", "--dataset", one, "--reward", "1", "--yes"]);
  expect([told.code, told.stderr]).toEqual([2, expect.stringMatching(/ring is a class with too few images/)]);
});

it("tells what is wrong with a command line as it tells any failure, in a line and its cure, also as JSON", async () => {
  const told = await trainchain(["job", "creat"]);
  expect([told.code, told.stdout]).toEqual([2, ""]);
  expect(told.stderr).toMatch(
    /^✗ unknown command 'creat'\. Did you mean: trainchain job create\?\n {2}`trainchain job` takes: create, create-image, .*--help to see what each does\.\n$/,
  );
  // A verb without its noun is found where it is.
  const verb = await trainchain(["create"]);
  expect(verb.stderr).toContain("Did you mean: trainchain job create?");
  expect((await trainchain(["nothing"])).stderr).toMatch(
    /^✗ unknown command 'nothing'\.\n {2}`trainchain` takes: /,
  );
  // A mistyped option is named, and not the one that is missing for it.
  for (const command of ["create", "create-image"]) {
    const option = await trainchain(["job", command, "--datset", "rows.jsonl", "--reward", "1"]);
    expect(option.stderr).toMatch(/^✗ unknown option '--datset'\. Did you mean --dataset\?\n {2}Add --help/);
  }
  const model = await trainchain(["job", "create", "--dataset", "rows.jsonl", "--modle", "x"]);
  expect([model.code, model.stderr]).toEqual([2, expect.stringContaining("Did you mean --model?")]);
  const json = await trainchain(["job", "create", "--json"]);
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: "invalid-input" } });
  const version = await trainchain(["--version"]);
  expect([version.code, version.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
});

it("colours the signs of its lines where colours are wanted, and never a document", async () => {
  const bad = await file("colours.jsonl", `${rows[0]}\n{"instruction":"x","input":"","output":""}\n`);
  const check = (env: object, ...more: string[]) => trainchain(["dataset", "check", bad, ...more], { env });
  const red = "\u001b[31m✗\u001b[39m ";
  expect((await check({ FORCE_COLOR: "1" })).stdout).toContain(`${red}line 2`);
  expect((await trainchain(["job", "creat"], { env: { FORCE_COLOR: "1" } })).stderr).toContain(
    `${red}unknown`,
  );
  const plain = [
    await check({}),
    await check({ NO_COLOR: "1", FORCE_COLOR: "0" }),
    await check({ FORCE_COLOR: "1" }, "--json"),
  ];
  expect(plain.map(({ stdout, stderr }) => (stdout + stderr).includes("\u001b"))).toEqual([
    false,
    false,
    false,
  ]);
});

it("completes command lines in bash from its own commands, and leaves files to bash", async () => {
  const { stdout, code } = await trainchain(["completion", "bash"]);
  expect(code).toBe(0);
  const script = await file("completion.bash", stdout);
  const offered = async (...line: string[]) => {
    const run = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _trainchain; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    execFile("bash", ["--noprofile", "--norc", "-c", run, script, ...line], (error, out) =>
      error ? reject(error) : resolve(out.split("\n").filter(Boolean)),
    );
    return promise;
  };
  expect(await offered("trainchain", "j")).toEqual(["job"]);
  expect(await offered("trainchain", "job", "cr")).toEqual(["create", "create-image", "create-embedding"]);
  expect(await offered("trainchain", "job", "edit", "--rew")).toEqual(["--reward"]);
  // A value that reads like a command leads nowhere else.
  expect(await offered("trainchain", "job", "create", "--title", "cid", "--pro")).toEqual(["--proof"]);
  expect(await offered("trainchain", "job", "create", "--proof", "")).toEqual(["replay", "result"]);
  expect(await offered("trainchain", "job", "create", "--dataset", "")).toEqual([]);
  expect(await offered("trainchain", "completion", "")).toEqual(["bash", "zsh", "fish", "--help"]);
  expect((await trainchain(["completion", "zsh"])).stdout).toContain("bashcompinit");
  expect((await trainchain(["completion", "fish"])).stdout).toContain("-l proof -x -a 'replay result'");
  expect((await trainchain(["completion", "tcsh"])).code).toBe(2);
});

it("tells what is known of a failure and never `undefined`", async () => {
  const reported = join(import.meta.dirname, "output.ts");
  const error = { code: "adapter-invalid", fix: undefined, facts: { layer: "q_proj", status: 409 } };
  const script = `const { reportFailure } = await import(${JSON.stringify(reported)});
    process.exit(await reportFailure(Object.assign(new Error("no adapter"), ${JSON.stringify(error)}, { fix: undefined }), false));`;
  const { stderr, code } = await new Promise<{ stderr: string; code: unknown }>((resolve) => {
    const flags = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
    execFile(process.execPath, flags, (failure, _, stderr) => resolve({ stderr, code: failure?.code }));
  });
  expect([code, stderr]).toEqual([2, "✗ no adapter\n  layer: q_proj\n"]);
});
