import { useMutation } from "@tanstack/react-query";
import { formatBytes } from "@trainchain/protocol";
import type { HubOptions } from "@trainchain/requester";
import { Button, ErrorNotice, Field, Input } from "@trainchain/ui";
import { useState } from "react";
import { fetchFromHub } from "./fetch-from-hub.ts";

/** A dataset by its name on a hub: fetched by this browser, then checked and sent like any file. */
export function HubDataset({
  of,
  mostBytes,
  onFile,
}: {
  of: HubOptions["of"];
  mostBytes: number;
  onFile: (file: File) => void;
}) {
  const [typed, setTyped] = useState("");
  const [bytes, setBytes] = useState(0);
  const fetching = useMutation({
    mutationFn: () => fetchFromHub(typed, { of, mostBytes, onProgress: setBytes }),
    onMutate: () => setBytes(0),
    onSuccess: ({ file }) => onFile(file),
  });
  const start = () => {
    if (typed.trim() && !fetching.isPending) fetching.mutate();
  };
  return (
    <div className="grid gap-3">
      <Field
        label="Or a dataset on Hugging Face"
        hint={
          fetching.isPending
            ? `Fetching: ${formatBytes(bytes)} so far`
            : (fetching.data?.from ??
              "Fetched by your browser; @revision or /path/of/file may follow the name.")
        }
      >
        <div className="flex gap-3">
          <Input
            placeholder="hf://owner/name"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              start();
            }}
          />
          <Button variant="secondary" busy={fetching.isPending} disabled={!typed.trim()} onClick={start}>
            Fetch
          </Button>
        </div>
      </Field>
      {fetching.error && <ErrorNotice title="It was not fetched" error={fetching.error} />}
    </div>
  );
}
