import { formatBytes } from "@trainchain/protocol";
import { classNames } from "@trainchain/ui";
import { type DragEvent, useId, useState } from "react";

/** A place to drop one file, or to choose it by keyboard. */
export function FileDrop({
  label,
  hint,
  accept,
  file,
  onFile,
}: {
  label: string;
  hint: string;
  /** As in <input type="file" accept>. */
  accept: string;
  file: File | undefined;
  onFile: (file: File) => void;
}) {
  const id = useId();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const dropped = event.dataTransfer.files[0];
    if (dropped) onFile(dropped);
  };
  return (
    <div className="grid gap-1.5">
      <span id={`${id}-label`} className="text-sm font-medium">
        {label}
      </span>
      <label
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={classNames(
          "grid cursor-pointer justify-items-center gap-1 rounded-card border border-dashed px-4 py-8 text-center transition-colors",
          "focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent hover:border-ink",
          over ? "border-accent bg-accent-soft" : "border-edge bg-sunken/40",
        )}
      >
        <input
          type="file"
          accept={accept}
          aria-labelledby={`${id}-label`}
          aria-describedby={file ? undefined : `${id}-hint`}
          className="sr-only"
          onChange={({ target }) => {
            const chosen = target.files?.[0];
            if (chosen) onFile(chosen);
            target.value = "";
          }}
        />
        {file ? (
          <>
            <span className="font-medium break-all">{file.name}</span>
            <span className="text-sm text-muted">{formatBytes(file.size)} · choose another</span>
          </>
        ) : (
          <>
            <span className="font-medium">Drop your file here, or choose one</span>
            <span id={`${id}-hint`} className="text-sm text-muted">
              {hint}
            </span>
          </>
        )}
      </label>
    </div>
  );
}
