/** What the command line has to say of a case's file or folder. */
export interface RightAnswer {
  /** Of the case's folder: the file or folder that is asked about first. */
  paths: [string, ...string[]];
  /** How the command line exits: 0 where the file can be used as it is. */
  code: 0 | 2;
  /** What stands in what it says. */
  says: RegExp[];
}

const accepted = (path: string, ...says: RegExp[]): RightAnswer => ({
  paths: [path],
  code: 0,
  says: [/It can be used as it is/, ...says],
});
const refused = (path: string, ...says: RegExp[]): RightAnswer => ({ paths: [path], code: 2, says });

const twoClasses = /8 usable images of 2 classes/;
const trainAndTest = /12 usable images of 2 classes.* 4 +0 +2/s;

/** By folder: each of its files with the right answer, as its expect.txt says it in words. */
export const rightAnswers: Record<string, RightAnswer[]> = {
  "adapter-base-name": ["unsloth-name", "local-name"].map((other) => ({
    paths: ["a", other],
    code: 2,
    says: [/a names \S+, .* names \S+/, /layers are alike/, /--base-model/],
  })),
  "adapter-other-files": [
    refused("bin-only", /adapter_model\.bin/, /safe_serialization=True/),
    refused("mlx", /MLX adapter/),
    refused("default-suffix", /adapter's name \(\.default\.\)/),
  ],
  "backslash-zip": [accepted("backslash.zip", twoClasses, /cat +4/), accepted("dotslash.zip", twoClasses)],
  "broken-adapter-config": [
    refused("cut-config", /adapter_config\.json is not complete JSON/),
    { paths: ["bom-config"], code: 0, says: [/LoRA rank/] },
  ],
  "chat-and-other-layouts": [
    accepted("case.jsonl", /Alpaca: 1 row/),
    accepted("dolly.jsonl", /Dolly: 1 row/),
    accepted("messages.jsonl", /OpenAI messages: 1 conversation, 1 answer/),
    accepted("prompt.csv", /prompt\/completion: 1 row/),
    accepted("response.json", /instruction\/response: 1 row/),
    accepted("sharegpt.json", /ShareGPT: 1 conversation, 1 answer/),
  ],
  "dict-output": [refused("dict-output.json", /output: is an object.*Write it as text.*json\.dumps/)],
  "empty-output": [refused("two-of-400-empty.json", /398 usable rows/, /output: is empty.*delete the row/)],
  "escape-sequences": [accepted("esc-header.csv", /\uFFFD/), accepted("esc-field.jsonl", /\uFFFD/)],
  "flat-train-test": ["flat-train-test.zip", "flat-train-test-root.zip"].map((path) =>
    refused(path, /nothing says its class.*train\/class\/image.*labels in a table are not read/),
  ),
  "hidden-folders": ["synology.zip", "ipynb.zip"].map((path) =>
    accepted(path, twoClasses, /a folder that a program made for itself/),
  ),
  "history-dropped": [accepted("history.json", /Alpaca: 2 rows, 3 answers/)],
  "kaggle-layouts": [
    ...["training-testing", "double-root", "seg_train", "training_set"].map((name) =>
      accepted(`${name}.zip`, trainAndTest),
    ),
    accepted("nested.zip", twoClasses),
  ],
  "lfs-pointer": [
    ...["lfs.jsonl", "lfs.csv"].map((path) =>
      refused(path, /a Git LFS pointer, not the data: 391,384 bytes are elsewhere.*git lfs pull/),
    ),
    refused("page.json", /is an HTML page/),
  ],
  "nan-input": [refused("nan-input.jsonl", /holds NaN.*which JSON does not have: character 60.*Write null/)],
  "null-input": [accepted("null-input.jsonl", /5 usable rows/)],
  "one-line-array": [refused("oneline-big.json", /row 1,235, output is empty/, /2999 usable rows/)],
  "other-image-formats": [
    ...["tif", "gif", "heic"].map((format) =>
      refused(`${format}.zip`, new RegExp(`not taken: ${format.toUpperCase()}.*Convert it to PNG or JPEG`)),
    ),
    accepted("jfif.zip", twoClasses),
    accepted("noext.zip", twoClasses),
  ],
  "pretty-or-wrapped-json": [
    ...["pretty.jsonl", "wrapped.json", "wrapped-pretty.json"].map((path) => accepted(path, /5 usable rows/)),
    accepted("trailing-comma.json", /5 usable rows/, /a comma after its last row/),
  ],
  "semicolon-and-tab": [
    accepted("semicolon.csv", /2 usable rows/),
    accepted("tab.tsv", /1 usable row/),
    accepted("mac.csv", /2 usable rows/),
  ],
  "truncated-images": [
    refused("truncated.zip", /a\/cut\.jpg and b\/cut\.png: ends before its image does/, twoClasses),
  ],
  "unnamed-column": [
    accepted("index.csv", /2 usable rows/, /a column without a name.*column 1.*it is left out/),
  ],
};

/** Cases of what no file alone shows, with the test that holds the product to them: its file, and its name in it. */
export const heldElsewhere: Record<string, readonly [file: string, name: string]> = {
  "holdout-too-long": ["e2e/verification/fitting-rows.test.ts", "where too few do, the job is refused"],
  "rows-too-long": ["e2e/verification/fitting-rows.test.ts", "rows that fit are counted shard by shard"],
  "hub-errors": [
    "trainer/tests/test_model_hub.py",
    "test_what_a_hub_answers_decides_whether_it_is_waited_for",
  ],
  "login-clock": ["apps/api/src/testing/login-behaviour.ts", "a computer whose clock is %s signs in"],
  "one-step": ["trainer/tests/test_tiny_jobs.py", "test_a_job_of_one_step_trains"],
  "polygon-tip": ["packages/chain/src/fees.test.ts", "takes the first try on Polygon's chains"],
  proxy: ["trainer/tests/test_gateway.py", "test_the_gateway_is_never_asked_through_a_proxy"],
  "upload-outage": ["packages/api-client/src/upload.test.ts", "goes on when the server is back"],
  "upload-resume-mixed": ["apps/cli/src/prepare-draft.test.ts", "with the same size and name, is sent anew"],
};
