import type { Page } from "playwright-core";

/** What is pressed on a page from its next load on, by mouse or by a key, as it is called there. */
export async function listenToPresses(page: Page): Promise<readonly string[]> {
  const pressed: string[] = [];
  await page.exposeFunction("tellPress", (text: string) => void pressed.push(text));
  await page.addInitScript(tellPresses);
  return pressed;
}

/** Runs in the page. */
function tellPresses(): void {
  const { tellPress } = window as unknown as { tellPress: (text: string) => void };
  const tell = ({ target }: Event) => {
    if (target instanceof Element) tellPress(target.closest("a, button")?.textContent ?? target.tagName);
  };
  document.addEventListener("click", tell, true);
}
