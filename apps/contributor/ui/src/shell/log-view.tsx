import { useEffect, useRef } from "react";

/** A log that follows its end while its reader is there. */
export function LogView({ label, text }: { label: string; text: string }) {
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new text is what scrolls
  useEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <pre
      ref={box}
      role="log"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
      }}
      className="max-h-80 min-w-0 overflow-auto rounded-control border border-line bg-sunken p-4 font-mono text-xs leading-relaxed whitespace-pre-wrap break-all"
    >
      {text || "Nothing yet."}
    </pre>
  );
}
