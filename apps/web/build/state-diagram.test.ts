import { expect, it } from "vitest";
import { renderStateDiagram } from "./state-diagram.ts";

const diagram = `stateDiagram-v2
    [*] --> Open: createJob (stake < 5)
    Open --> Completed: completeJob
    Completed --> [*]

    state "A slot" as Slot {
        [*] --> Accepted: acceptJob
        Accepted --> [*]: it is free again
    }`;

const textOf = (html: string) =>
  html
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .trim();

it("a state diagram becomes its transitions in words, group by group, ends marked", () => {
  const html = renderStateDiagram(diagram);
  expect(textOf(html)).toBe(
    "nothing to Open createJob (stake &lt; 5) Open to Completed completeJob " +
      "A slot nothing to Accepted acceptJob Accepted to nothing it is free again",
  );
  expect(html).toContain('<span class="state final">Completed</span>');
  expect(html).not.toContain("style=");
});

it.each([
  ["of another kind", "flowchart LR\n  A --> B"],
  ["with a line that is not known", "stateDiagram-v2\n  A ==> B"],
])("a diagram %s stops the build instead of showing its source", (_, source) => {
  expect(() => renderStateDiagram(source)).toThrow(/known here/);
});
