const key = "trainchain.signed-in";

/*
 * The session itself is a cookie that scripts cannot read. This mark says only that there may be one, so that visitors
 * who never connected cause no request that must fail, and tells other tabs when somebody signs in or out.
 */

export function mayBeSignedIn(): boolean {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}

export function rememberSignedIn(wallet: string | undefined): void {
  try {
    if (wallet) localStorage.setItem(key, wallet);
    else localStorage.removeItem(key);
  } catch {
    // Without storage a reload asks to connect again.
  }
}

/** Calls back when another tab signs in or out; returns the way to stop. */
export function onSignInElsewhere(changed: () => void): () => void {
  const listener = (event: StorageEvent) => event.key === key && changed();
  window.addEventListener("storage", listener);
  return () => window.removeEventListener("storage", listener);
}
