import { type JobView, kindWords } from "@trainchain/protocol";

/** A job in a few words: its title, else its model, or its kind where this platform did not prepare it. */
export function titleOf({ spec, kind }: Pick<JobView, "spec" | "kind">): string {
  return spec?.title || spec?.model.id || kindWords[kind].name;
}
