import { useQuery } from "@tanstack/react-query";
import type { RowTokens } from "@trainchain/dataset/tokens";
import { useEffect, useState } from "react";
import { tokenizerQuery } from "../../../../api/queries.ts";
import type { CountMessage, CountRequest } from "./count-tokens.worker.ts";

/** The rows drawn from a file, in tokens of the model. */
export type RowTokensState =
  | { status: "none" | "counting" }
  | { status: "counted"; rows: readonly RowTokens[] }
  | { status: "failed"; why: string };

/** Counts by the model's own tokenizer, off the page's thread. */
export function useRowTokens(model: string, rows: Blob | undefined): RowTokensState {
  const hasRows = rows !== undefined && rows.size > 0;
  const { data: files, error } = useQuery({ ...tokenizerQuery(model), enabled: hasRows && model !== "" });
  const [counted, setCounted] = useState<CountMessage>();
  useEffect(() => {
    setCounted(undefined);
    if (!rows || !files) return;
    const worker = new Worker(new URL("./count-tokens.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<CountMessage>) => setCounted(data);
    worker.onerror = () => setCounted({ failed: "the tokens could not be counted" });
    worker.postMessage({ rows, files } satisfies CountRequest);
    return () => worker.terminate();
  }, [rows, files]);
  if (!hasRows) return { status: "none" };
  if (error) return { status: "failed", why: error.message };
  if (!counted) return { status: "counting" };
  return "failed" in counted
    ? { status: "failed", why: counted.failed }
    : { status: "counted", rows: counted.counted };
}
