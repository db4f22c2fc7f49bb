import { leftOutOf } from "@trainchain/dataset";
import { useState } from "react";
import { useFileCheck } from "../use-file-check.ts";
import type { PairsCheck } from "./embedding-finetune/check-pairs.ts";
import type { RowsCheck } from "./llm-finetune/check-rows.ts";

type Check = RowsCheck | PairsCheck;

/** A file of rows that a form is filled in for: what its check found, and whether rows that cannot be used are left out. */
export function useRowsFile<Kind extends Check["kind"]>(kind: Kind) {
  const [file, setFile] = useState<File>();
  const [leavesOut, setLeavesOut] = useState(false);
  const state = useFileCheck(kind, file);
  const found =
    state.status === "checked" && state.check.kind === kind
      ? (state.check as Extract<Check, { kind: Kind }>)
      : undefined;
  const leftOut = found && leftOutOf(found.report);
  return {
    file,
    choose(chosen: File) {
      setFile(chosen);
      setLeavesOut(false);
    },
    state,
    found,
    /** The rows that cannot be used, where the others can. */
    leftOut,
    leavesOut,
    setLeavesOut,
    isUsable: found?.report.ok || (leavesOut && leftOut !== undefined),
  };
}
