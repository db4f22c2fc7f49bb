import { Button } from "@trainchain/ui";

/** For who has no dataset at hand: rows to try the form, the check and the price with. */
export function ExampleRows({ onFile }: { onFile: (file: File) => void }) {
  const take = async () => {
    const { default: rows } = await import("./example-200.jsonl?raw");
    onFile(new File([rows], "example-200.jsonl", { type: "application/jsonl" }));
  };
  return (
    <p className="flex flex-wrap items-center gap-3 text-sm text-muted">
      <Button size="small" variant="secondary" onClick={() => void take()}>
        Try it with an example
      </Button>
      200 rows of short instructions, checked here like a file of your own.
    </p>
  );
}
