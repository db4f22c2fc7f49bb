import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createRepo, HubApiError, uploadFiles } from "@huggingface/hub";
import { adapterReceiptSchema, deliveredSha256, TrainChainError } from "@trainchain/protocol";
import { readAdapterFolder } from "../adapter-folder.ts";
import { assertIsSubject } from "../receipt/assert-is-subject.ts";
import { readReceipt } from "../receipt/read-receipt.ts";
import { hubCard } from "./hub-card.ts";

export interface PublishOptions {
  /** `owner/name` of a model repository; made where there is none yet. */
  repository: string;
  /** The hub's address. */
  hub: string;
  /** Sent to that hub alone, in a header. */
  token: string;
  /** A repository that is made now can be read by everybody; one that is there stays as it is. */
  isPublic: boolean;
  note: (message: string) => void;
}

/** What a result's folder has besides adapter and card; template and tokenizer settings only of models on a disk. */
const others = ["result.json", "receipt.json", "chat_template.jinja", "tokenizer_config.json"];

/**
 * Puts a downloaded result into a model repository of a hub, in one commit.
 *
 * @param dir the result's folder, with the receipt
 * @returns the repository's page, the commit, and the files that are in it
 * @throws TrainChainError `invalid-input` where the folder's adapter is not its receipt's, `forbidden` where the token
 * does not suffice, `storage-unavailable` where the hub does not answer
 */
export async function publishResult(dir: string, options: PublishOptions) {
  const { repository, note } = options;
  const receipt = adapterReceiptSchema.parse(await readReceipt(join(dir, "receipt.json")));
  const { file } = await readAdapterFolder(dir);
  await assertIsSubject(file, deliveredSha256(receipt.result));
  const card = hubCard(await readFile(join(dir, "README.md"), "utf8"), receipt);
  const paths = ["adapter_config.json", "adapter_model.safetensors", ...others]
    .map((name) => ({ path: name, content: pathToFileURL(resolve(dir, name)) }))
    .filter(({ content }) => existsSync(content));
  const files = [{ path: "README.md", content: new Blob([card]) }, ...paths];
  const { hub, token: accessToken, isPublic } = options;
  const access = { repo: { type: "model", name: repository }, hubUrl: hub, accessToken } as const;
  const isNew = await toldOf(options, () =>
    createOnce({ ...access, visibility: isPublic ? "public" : "private" }),
  );
  note(`${isNew ? "made" : "found"} ${repository}; sending ${files.length} files`);
  const commitTitle = `Adapter of job ${receipt.result.jobId}`;
  const made = await toldOf(options, () => uploadFiles({ ...access, files, commitTitle }));
  return { url: `${hub}/${repository}`, commit: made?.commit.oid, files: files.map(({ path }) => path) };
}

/** Whether the repository is new. */
async function createOnce(params: Parameters<typeof createRepo>[0]): Promise<boolean> {
  try {
    await createRepo(params);
    return true;
  } catch (error) {
    if (error instanceof HubApiError && error.statusCode === 409) return false;
    throw error;
  }
}

/** What the hub's client throws, as an error of ours that says nothing of what was sent. */
async function toldOf<Result>(
  { repository, hub, token }: PublishOptions,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const said = (error instanceof Error ? error.message : String(error)).replaceAll(token, "HF_TOKEN");
    const at = new URL(hub).host;
    const status = error instanceof HubApiError ? error.statusCode : undefined;
    if (status === 401 || status === 403)
      throw new TrainChainError("forbidden", `${at} does not let this token write to ${repository}`, {
        fix: "Set HF_TOKEN to a token that may write there, or name a repository of yours.",
        facts: { status },
      });
    if (status !== undefined && status < 500)
      throw new TrainChainError("invalid-input", `${at} refuses ${repository}: ${said}`, {
        facts: { status },
      });
    if (error instanceof TypeError && /token/i.test(said))
      throw new TrainChainError("configuration-invalid", `HF_TOKEN cannot be used: ${said}`);
    throw new TrainChainError("storage-unavailable", `${at} does not take ${repository}: ${said}`, {
      fix: "Try again later: what is there already is not sent again.",
    });
  }
}
