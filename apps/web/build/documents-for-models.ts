import type { Plugin } from "vite";
import { type Document, listDocuments, readDocument } from "./docs-folder.ts";
import { describePage } from "./docs-pages.ts";

/**
 * The documents as they are written, below /markdown, and llms.txt that lists them: a language model reads either
 * without the scripts of a page (llmstxt.org).
 * @param apiUrl where the platform's API is; empty for the site's own address
 */
export function documentsForModels(apiUrl: string): Plugin {
  return {
    name: "documents-for-models",
    apply: "build",
    async generateBundle() {
      const documents = await listDocuments();
      for (const document of documents)
        this.emitFile({
          type: "asset",
          fileName: addressOf(document).slice(1),
          source: await readDocument(document),
        });
      this.emitFile({ type: "asset", fileName: "llms.txt", source: await listForModels(documents, apiUrl) });
    },
  };
}

/** llms.txt: what this is, and every document with its address and what it is about. */
export async function listForModels(documents: readonly Document[], apiUrl: string): Promise<string> {
  const lineOf = async (document: Document) => {
    const { title, summary } = await describePage(document);
    return `- [${title}](${addressOf(document)}): ${summary}`;
  };
  const linesOf = (isDecision: boolean) =>
    Promise.all(documents.filter((document) => document.isDecision === isDecision).map(lineOf));
  return [
    "# TrainChain",
    "",
    "> An open marketplace where anyone can have an AI model trained on other people's machines: the dataset is split so that nobody sees all of it, and a smart contract pays each contributor once the work is verified.",
    "",
    "`trainchain --help` says what can be done from a terminal.",
    "",
    "## Documents",
    "",
    ...(await linesOf(false)),
    `- [The API](${apiUrl}/openapi.json): every operation of the platform, as OpenAPI`,
    "",
    "## Optional",
    "",
    ...(await linesOf(true)),
    "",
  ].join("\n");
}

function addressOf({ path }: Document): string {
  return `/markdown/${path}`;
}
