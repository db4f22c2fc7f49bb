import { useRouterState } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";

/**
 * Keeps the keyboard's place: on another page it is at the page's content, and so it is where what had the focus is
 * gone, such as a button whose work is done. Browsers would go back to the top of the window without a word.
 */
export function usePageFocus(content: RefObject<HTMLElement | null>): void {
  const pathname = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const shown = useRef<string>(undefined);
  useEffect(() => {
    if (shown.current && pathname && shown.current !== pathname) focusOn(content);
    shown.current = pathname;
  }, [content, pathname]);

  useEffect(() => {
    let last: EventTarget | null = null;
    const remember = ({ target }: FocusEvent) => {
      last = target;
    };
    const changes = new MutationObserver(() => {
      const isGone = last instanceof Node && !last.isConnected;
      if (isGone && document.activeElement === document.body) focusOn(content);
    });
    document.addEventListener("focusin", remember);
    changes.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", remember);
      changes.disconnect();
    };
  }, [content]);
}

function focusOn({ current }: RefObject<HTMLElement | null>): void {
  current?.focus({ preventScroll: true });
}
