import { expect, it } from "vitest";
import { listDocuments } from "./docs-folder.ts";
import { listForModels } from "./documents-for-models.ts";

const documents = await listDocuments();

it("llms.txt has the parts of its format, and names every document once, with its title and what it is about", async () => {
  const text = await listForModels(documents, "https://api.example.org");
  expect(text).toMatch(/^# TrainChain\n\n> .+\n\n/);
  const links = [...text.matchAll(/^- \[[^\]]+\]\((\S+)\): \S.*$/gm)].map(([, address]) => address);
  expect(links.toSorted()).toEqual(
    [...documents.map(({ path }) => `/markdown/${path}`), "https://api.example.org/openapi.json"].toSorted(),
  );
  const [, optional] = text.split("\n## Optional\n");
  expect(optional).toContain("0003-merge.md");
});
