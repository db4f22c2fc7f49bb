import { useEffect, useState } from "react";

/** A form's values, kept in this browser until it is sent, so that a closed tab loses nothing. */
export function useStoredForm<Values extends Record<string, string | number>>(key: string, initial: Values) {
  const [values, setValues] = useState<Values>(() => ({ ...initial, ...readStored(key, initial) }));
  useEffect(() => {
    localStorage.setItem(key, JSON.stringify(values));
  }, [key, values]);
  return {
    values,
    set: <Name extends keyof Values>(name: Name, value: Values[Name]) =>
      setValues((known) => ({ ...known, [name]: value })),
    /** The next form begins anew; what is shown of this one stays until its page is left. */
    forget: () => localStorage.removeItem(key),
  };
}

/** Leaves values for a form to begin with, in place of what was last filled in. */
export function storeForm(key: string, values: Record<string, string | number>): void {
  localStorage.setItem(key, JSON.stringify(values));
}

/** Only values of the kinds that the form has: an older version of the site may have stored others. */
function readStored<Values extends Record<string, string | number>>(
  key: string,
  initial: Values,
): Partial<Values> {
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? "{}") as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(stored).filter(
        ([name, value]) => name in initial && typeof value === typeof initial[name],
      ),
    ) as Partial<Values>;
  } catch {
    return {};
  }
}
