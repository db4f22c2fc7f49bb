import { TrainChainError } from "@trainchain/protocol/plain";

/** A dataset on a model hub, as `hf://owner/name[@revision][/path]` names it. */
export interface DatasetAddress {
  /** owner/name */
  repository: string;
  /** A branch, tag or commit. */
  revision: string;
  /** One file of it; the only data file where absent. */
  path: string | undefined;
}

const scheme = "hf://";
const part = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?";
const address = new RegExp(`^(?:datasets/)?(${part}/${part})(?:@(\\w[\\w.-]{0,99}))?(?:/(.{1,500}))?$`);

export function isDatasetAddress(text: string): boolean {
  return text.startsWith(scheme);
}

/** @throws TrainChainError `invalid-input` */
export function parseDatasetAddress(text: string): DatasetAddress {
  const [, repository, revision = "main", path] = address.exec(text.slice(scheme.length)) ?? [];
  if (repository !== undefined) return { repository, revision, path };
  throw new TrainChainError("invalid-input", `${text} names no dataset on a hub`, {
    fix: "Write hf://owner/name, hf://owner/name@revision or hf://owner/name@revision/path/of/file.",
  });
}
