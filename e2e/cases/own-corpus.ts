import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { planSafetensors } from "@trainchain/lora";
import { drawShape, zipOf } from "@trainchain/testing/generated-images";

type Content = string | Uint8Array | Promise<Uint8Array>;

const row = { instruction: "Name the capital of France.", input: "", output: "Paris" };
const capitals = Array.from({ length: 5 }, (_, at) => ({
  ...row,
  instruction: `Name the capital of land ${at}.`,
}));
const inLines = (rows: readonly object[]) => rows.map((value) => JSON.stringify(value)).join("\n");
const pretty = (value: unknown) => JSON.stringify(value, null, 2);

/** Four pictures of each of two classes below a folder; `first` makes others of them. */
function pictures(
  folder = "",
  classes: readonly string[] = ["a", "b"],
  first = 0,
  each = 4,
): [string, Uint8Array][] {
  return classes.flatMap((name, shape) =>
    Array.from({ length: each }, (_, at): [string, Uint8Array] => [
      `${folder}${name}/${at}.png`,
      drawShape(shape === 0 ? "cross" : "ring", first + at),
    ]),
  );
}

const inParts = (train: string, test: string) =>
  zipOf([...pictures(train), ...pictures(test, undefined, 20, 2)]);
const renamed = (change: (path: string) => string, files = pictures()) =>
  zipOf(files.map(([path, bytes]): [string, Uint8Array] => [change(path), bytes]));
const ofFormat = (ending: string, hex: string) =>
  renamed(
    (path) => path.replace("png", ending),
    pictures().map(([path], at) => [path, Buffer.from(`${hex}${String(at).padStart(24, "0")}ffd9`, "hex")]),
  );

/** Pictures right in train/ and test/, beside a table that names their classes. */
function flat(folder: string): Promise<Uint8Array> {
  const files = pictures("", ["train", "test"], 0, 6).map(([path, bytes]): [string, Uint8Array] => [
    `${folder}${path}`,
    bytes,
  ]);
  return zipOf([...files, [`${folder}labels.csv`, Buffer.from("file,label\n0.png,a\n")]]);
}

/** An adapter of one module; `name` stands in its tensors' names as PEFT has it inside a model. */
function adapter(baseModel = "ann/model", name = "") {
  const key = (matrix: string) =>
    `base_model.model.model.layers.0.self_attn.q_proj.lora_${matrix}${name}.weight`;
  const plan = planSafetensors([
    { name: key("A"), shape: [2, 8] },
    { name: key("B"), shape: [8, 2] },
  ]);
  const tensors = new Uint8Array(plan.sizeBytes);
  tensors.set(plan.head);
  const config = { peft_type: "LORA", r: 2, lora_alpha: 4, base_model_name_or_path: baseModel };
  return { tensors, config: JSON.stringify(config) };
}

function adapterFolder(folder: string, { tensors, config } = adapter()): Record<string, Content> {
  return { [`${folder}/adapter_model.safetensors`]: tensors, [`${folder}/adapter_config.json`]: config };
}

const lfsPointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0a".repeat(32)}\nsize 391384\n`;
const { tensors, config } = adapter();

/** A file of our own for every file that an answer is known of. */
const corpus: Record<string, Record<string, Content>> = {
  "adapter-base-name": {
    ...adapterFolder("a"),
    ...adapterFolder("unsloth-name", adapter("others/model-4bit")),
    ...adapterFolder("local-name", adapter("/data/models/model")),
  },
  "adapter-other-files": {
    "bin-only/adapter_model.bin": "PK",
    "bin-only/adapter_config.json": config,
    "mlx/adapters.safetensors": "x",
    "mlx/adapter_config.json": "{}",
    ...adapterFolder("default-suffix", adapter("ann/model", ".default")),
  },
  "backslash-zip": {
    "backslash.zip": renamed((path) => path.replaceAll("/", "\\"), pictures("", ["cat", "dog"])),
    "dotslash.zip": renamed((path) => `./${path}`, pictures("", ["cat", "dog"])),
  },
  "broken-adapter-config": {
    ...adapterFolder("cut-config", { tensors, config: config.slice(0, 40) }),
    ...adapterFolder("bom-config", { tensors, config: `\uFEFF${config}` }),
  },
  "chat-and-other-layouts": {
    "case.jsonl": '{"Instruction":"a","Input":"","Output":"b"}',
    "dolly.jsonl": '{"instruction":"a","context":"b","response":"c","category":"d"}',
    "messages.jsonl": '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}',
    "prompt.csv": "prompt,completion\na,b\n",
    "response.json": pretty([{ instruction: "a", input: "", response: "b" }]),
    "sharegpt.json": pretty([
      {
        conversations: [
          { from: "human", value: "a" },
          { from: "gpt", value: "b" },
        ],
      },
    ]),
  },
  "dict-output": { "dict-output.json": pretty([1, 2].map((age) => ({ ...row, output: { age } }))) },
  "empty-output": {
    "two-of-400-empty.json": pretty(
      Array.from({ length: 400 }, (_, at) => ({ ...row, input: `${at}`, output: at % 200 === 9 ? "" : "x" })),
    ),
  },
  "escape-sequences": {
    "esc-header.csv": "instruction,output,\u001b[2JOK\nName a colour,Blue,x\n",
    "esc-field.jsonl": JSON.stringify({ ...row, "\u001b]0;owned\u0007\r": "x" }),
  },
  "flat-train-test": { "flat-train-test.zip": flat(""), "flat-train-test-root.zip": flat("dogs/") },
  "hidden-folders": {
    "synology.zip": zipOf([...pictures(), ["a/@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg", drawShape("cross", 9)]]),
    "ipynb.zip": zipOf([...pictures("ds/"), ["ds/.ipynb_checkpoints/0.png", drawShape("cross", 9)]]),
  },
  "history-dropped": {
    "history.json": pretty([
      { ...row, system: "s", history: [["a", "b"]] },
      { ...row, instruction: "Hello" },
    ]),
  },
  "kaggle-layouts": {
    "training-testing.zip": inParts("Training/", "Testing/"),
    "double-root.zip": inParts("x/x/train/", "x/x/test/"),
    "seg_train.zip": inParts("seg_train/seg_train/", "seg_test/seg_test/"),
    "training_set.zip": inParts("training_set/", "test_set/"),
    "nested.zip": renamed((path) => path.replace("/", "/images/").replace("images/", ""), pictures("train/")),
  },
  "lfs-pointer": {
    "lfs.jsonl": lfsPointer,
    "lfs.csv": lfsPointer,
    "page.json": "<!DOCTYPE html><title>404</title>",
  },
  "nan-input": {
    "nan-input.jsonl": capitals
      .map(
        ({ output }, at) =>
          `{"instruction": "Name the capital of country ${at}.", "input": NaN, "output": "${output}"}`,
      )
      .join("\n"),
  },
  "null-input": { "null-input.jsonl": inLines(capitals.map((value) => ({ ...value, input: null }))) },
  "one-line-array": {
    "oneline-big.json": JSON.stringify(
      Array.from({ length: 3_000 }, (_, at) => ({
        ...row,
        input: `${at}`,
        output: at === 1_234 ? " " : "x",
      })),
    ),
  },
  "other-image-formats": {
    "tif.zip": ofFormat("tif", "49492a00"),
    "gif.zip": ofFormat("gif", "474946383961"),
    "heic.zip": ofFormat("HEIC", "000000186674797068656963"),
    "jfif.zip": ofFormat("jfif", "ffd8ffc0000b080010001001011100ffda00080101000000"),
    "noext.zip": renamed((path) => path.replace(".png", "")),
  },
  "pretty-or-wrapped-json": {
    "pretty.jsonl": capitals.map(pretty).join("\n"),
    "wrapped.json": JSON.stringify({ train: capitals }),
    "wrapped-pretty.json": pretty({ data: capitals }),
    "trailing-comma.json": `[\n${capitals.map((value) => `${JSON.stringify(value)},\n`).join("")}]`,
  },
  "semicolon-and-tab": {
    "semicolon.csv": "instruction;input;output\r\nName it;;Paris\r\nAdd, please;1;2\r\n",
    "tab.tsv": "instruction\tinput\toutput\nName it\t\tParis\n",
    "mac.csv": "instruction,input,output\rName it,,Paris\rName another,,Rome\r",
  },
  "truncated-images": {
    "truncated.zip": zipOf([
      ...pictures(),
      ["a/cut.jpg", Buffer.from("ffd8ffc0000b080010001001011100ffda0008010100000001", "hex")],
      ["b/cut.png", drawShape("ring", 30).slice(0, 60)],
    ]),
  },
  "unnamed-column": { "index.csv": ",instruction,input,output\n0,Name it,,Paris\n1,Name another,,Rome\n" },
};

/** Writes the corpus below `dir`, a folder a case. */
export async function writeOwnCorpus(dir: string): Promise<void> {
  for (const [folder, files] of Object.entries(corpus))
    for (const [name, content] of Object.entries(files)) {
      const path = join(dir, folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, await content);
    }
}
