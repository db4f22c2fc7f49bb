import { CopyIcon, IconButton, showToast } from "@trainchain/ui";

/** A command to type, with a button that copies it. */
export function CommandLine({ command }: { command: string }) {
  const copy = () =>
    navigator.clipboard.writeText(command).then(
      () => showToast("Copied.", "positive"),
      () => showToast("The browser did not allow copying: select the text instead.", "warning"),
    );
  return (
    <div className="flex min-w-0 items-center gap-2 rounded-control border border-line bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 grow py-1 font-mono text-[0.8125rem] break-words">{command}</code>
      <IconButton label={`Copy: ${command}`} className="size-8 shrink-0" onClick={() => void copy()}>
        <CopyIcon />
      </IconButton>
    </div>
  );
}
