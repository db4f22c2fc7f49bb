import { useMutation } from "@tanstack/react-query";
import { formatBytes } from "@trainchain/protocol";
import type { HubOptions } from "@trainchain/requester";
import { Button, ErrorNotice, Field, Input } from "@trainchain/ui";
import { useState } from "react";
import { type FetchedFile, fetchFromHub } from "./fetch-from-hub.ts";

/** A dataset by its name on a hub: fetched by this browser, then checked and sent like any file. */
export function HubDataset({
  of,
  mostBytes,
  file,
  onFile,
}: {
  of: HubOptions["of"];
  mostBytes: number;
  /** What is chosen at present, from wherever it is. */
  file: File | undefined;
  onFile: (file: File) => void;
}) {
  const [typed, setTyped] = useState("");
  const [bytes, setBytes] = useState(0);
  const [before, setBefore] = useState<File>();
  const [fetched, setFetched] = useState<FetchedFile>();
  const fetching = useMutation({
    mutationFn: () => fetchFromHub(typed, { of, mostBytes, onProgress: setBytes }),
    onMutate() {
      setBytes(0);
      setBefore(file);
    },
    onSuccess(found) {
      setFetched(found);
      onFile(found.file);
    },
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
            : fetched && fetched.file === file
              ? fetched.from
              : "Fetched by your browser; @revision or /path/of/file may follow the name."
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
      {fetching.error && file === before && <ErrorNotice title="It was not fetched" error={fetching.error} />}
    </div>
  );
}
