import { useEffect, useRef, useState } from "react";
import { Button } from "./button.tsx";

type Permission = NotificationPermission | "absent";

/** What the person allowed; "absent" where the browser, or a page that is not served safely, has none. */
function permissionNow(): Permission {
  return "Notification" in globalThis ? Notification.permission : "absent";
}

/**
 * Tells by the system's own notification that `text` has changed, where the person allowed that and is at work in another
 * window, also in one beside this. Nothing is told of what `text` is at first. A press on it brings the page to the front.
 */
export function useNotification(title: string, text: string | undefined): void {
  const last = useRef(text);
  useEffect(() => {
    const before = last.current;
    last.current = text;
    if (text === undefined || before === undefined || before === text) return;
    if (permissionNow() !== "granted" || document.hasFocus()) return;
    try {
      const notification = new Notification(title, { body: text, tag: title });
      notification.onclick = () => {
        window.focus();
        notification.close();
      };
    } catch {
      // Some systems let only a service worker show one: the tab's title tells it all the same.
    }
  }, [title, text]);
}

/** Asks to be allowed to notify, and says what was settled; nothing where the browser cannot. */
export function NotifyButton({ children }: { children: string }) {
  const [permission, setPermission] = useState(permissionNow);
  if (permission === "absent") return null;
  if (permission === "granted")
    return (
      <p className="text-sm text-muted">
        Your system tells you when something changes while this page is open.
      </p>
    );
  if (permission === "denied")
    return (
      <p className="text-sm text-muted">
        Notifications are switched off for this page in your browser's settings.
      </p>
    );
  return (
    <Button
      variant="secondary"
      size="small"
      className="justify-self-start"
      onClick={() => void Notification.requestPermission().then(setPermission)}
    >
      {children}
    </Button>
  );
}
