import { waitFor } from "@trainchain/testing";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** More than the longest screen has. */
const mostStops = 60;

type Role = Parameters<Page["getByRole"]>[0];

/** What has the focus, and whether somebody who looks at the window can tell. */
interface Focus {
  on: string;
  isOutlined: boolean;
  isInSight: boolean;
}

/** A window in the hands of somebody who has no mouse. Every stop of the focus on the way must be seen. */
export function keyboardOf(page: Page) {
  const press = (key: string) => page.keyboard.press(key);

  /** Walks there by Tab, or back by Shift+Tab; the focus must not have been lost since the last key. */
  async function tabTo(role: Role, name: string | RegExp): Promise<void> {
    const target = page.getByRole(role, { name, exact: true });
    await target.waitFor();
    for (let stop = 0; stop < mostStops; stop++) {
      const way = await target.evaluate(findWay);
      if (way === "arrived") return;
      await press(way === "ahead" ? "Tab" : "Shift+Tab");
      await expectSeenFocus(page);
    }
    throw new Error(`${mostStops} stops do not lead to the ${role} ${name}`);
  }

  return {
    press,
    tabTo,
    type: (text: string) => page.keyboard.type(text),
    /** Walks to a button or a link and presses Enter on it. */
    async enter(role: Role, name: string | RegExp): Promise<void> {
      await tabTo(role, name);
      await press("Enter");
    },
    /** Whoever closes a dialog or comes to another screen still stands somewhere. */
    untilSomewhere: () => page.waitForFunction(hasFocus),
    untilOn: (target: Locator) =>
      waitFor("the focus to come back", async () => (await target.evaluate(findWay)) === "arrived"),
  };
}

async function expectSeenFocus(page: Page): Promise<void> {
  const focus = await page.evaluate(describeFocus);
  expect(focus).toEqual({ on: expect.not.stringMatching(/^body/), isOutlined: true, isInSight: true });
}

// What follows runs in the page.

function findWay(target: Element): "arrived" | "ahead" | "behind" {
  const focused = document.activeElement ?? document.body;
  if (focused === target) return "arrived";
  return target.compareDocumentPosition(focused) & Node.DOCUMENT_POSITION_FOLLOWING ? "behind" : "ahead";
}

function hasFocus(): boolean {
  return document.activeElement !== null && document.activeElement !== document.body;
}

function describeFocus(): Focus {
  const focused = document.activeElement ?? document.body;
  const { outlineStyle, outlineWidth } = getComputedStyle(focused);
  const { top, bottom, width } = focused.getBoundingClientRect();
  return {
    on: `${focused.tagName.toLowerCase()} "${focused.textContent?.trim().slice(0, 40)}"`,
    isOutlined: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1,
    isInSight: width > 0 && bottom > 0 && top < innerHeight,
  };
}
