import { type ReactNode, useDeferredValue } from "react";

/**
 * What may come after the first paint, such as the parts of a long page below the window: drawn in pieces between
 * which the browser answers the visitor. Until then its `placeholder`, which should be about as high.
 */
export function Later({ placeholder, children }: { placeholder: ReactNode; children: ReactNode }) {
  const isTime = useDeferredValue(true, false);
  return isTime ? children : placeholder;
}
