import { useCallback, useRef, useState } from "react";

/** Something a person sets off: whether it is under way, and what went wrong. A second press does nothing meanwhile. */
export function useAction<Arguments extends unknown[]>(work: (...args: Arguments) => Promise<unknown>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const underWay = useRef(false);
  const latest = useRef(work);
  latest.current = work;
  const run = useCallback(async (...args: Arguments) => {
    if (underWay.current) return;
    underWay.current = true;
    setBusy(true);
    setError(undefined);
    try {
      await latest.current(...args);
    } catch (thrown) {
      setError(thrown);
    } finally {
      underWay.current = false;
      setBusy(false);
    }
  }, []);
  return { run, busy, error };
}
