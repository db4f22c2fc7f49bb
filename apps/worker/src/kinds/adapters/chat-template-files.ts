import { access } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { BundleEntry } from "../../deliveries/write-bundle.ts";

const names = ["chat_template.jinja", "tokenizer_config.json"];

/** The files that say how this base model is spoken to, where the model lies on this machine. */
export async function chatTemplateFiles(model: string): Promise<BundleEntry[]> {
  if (!isAbsolute(model)) return [];
  const entries = names.map((name) => ({ name, path: join(model, name) }));
  const present = await Promise.all(
    entries.map(({ path }) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return entries.filter((_, index) => present[index]);
}
