interface Transition {
  from: string;
  to: string;
  cause: string;
}

interface Group {
  title: string;
  transitions: Transition[];
}

/** Mermaid's mark of where a thing begins or ends. */
const edge = "[*]";

/**
 * A Mermaid state diagram as a figure of plain elements: one line a transition, in the order written. It needs no
 * script, no inline style and no browser to be made, and a screen reader reads it as a person would.
 * @throws Error where a line is none that is known: then the page must not be published
 */
export function renderStateDiagram(source: string): string {
  const groups = parseStateDiagram(source).filter(({ transitions }) => transitions.length > 0);
  return `<figure class="states">${groups.map(renderGroup).join("")}</figure>\n`;
}

function parseStateDiagram(source: string): Group[] {
  const [kind, ...lines] = source.trim().split("\n");
  if (kind !== "stateDiagram-v2") throw new Error(`no way to draw a Mermaid "${kind}" is known here`);
  const whole: Group = { title: "", transitions: [] };
  const groups = [whole];
  let open = whole;
  for (const line of lines.map((text) => text.trim()).filter(Boolean)) {
    const [, title] = /^state "([^"]+)" as \w+ \{$/.exec(line) ?? [];
    const [, from, to, cause = ""] = /^(\[\*\]|\w+) --> (\[\*\]|\w+)(?:: (.+))?$/.exec(line) ?? [];
    if (title) {
      open = { title, transitions: [] };
      groups.push(open);
    } else if (line === "}") open = whole;
    else if (from && to) open.transitions.push({ from, to, cause });
    else throw new Error(`this line of a state diagram is not known here: ${line}`);
  }
  return groups;
}

function renderGroup({ title, transitions }: Group): string {
  const isFinal = (state: string) => !transitions.some(({ from, to }) => from === state && to !== edge);
  const state = (name: string) =>
    name === edge
      ? `<span class="edge"><span>nothing</span></span>`
      : `<span class="state${isFinal(name) ? " final" : ""}">${escapeHtml(name)}</span>`;
  // That a final state is the end goes without saying.
  const said = transitions.filter(({ to, cause }) => to !== edge || cause);
  const items = said.map(
    ({ from, to, cause }) =>
      `<li><span class="move">${state(from)}<span class="arrow" aria-hidden="true"></span><span class="to"> to </span>${state(to)}</span>${cause ? `<span class="cause">${escapeHtml(cause)}</span>` : ""}</li>`,
  );
  return `${title ? `<figcaption>${escapeHtml(title)}</figcaption>` : ""}<ul>${items.join("")}</ul>`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
