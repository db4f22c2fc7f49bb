import { useSyncExternalStore } from "react";

/** Says that the connection is gone, for as long as it is. */
export function OfflineNotice() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status" className="sticky top-16 z-20">
      {!online && (
        <p className="bg-warning-soft px-4 py-2 text-center text-sm text-warning-text">
          You are offline. What you see may be old; it is brought up to date when the connection is back.
        </p>
      )}
    </div>
  );
}

function subscribe(changed: () => void): () => void {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}
