import { leftOutOf } from "@trainchain/dataset";
import type { JobKind } from "@trainchain/protocol";
import { useState } from "react";
import { useFileCheck } from "../../use-file-check.ts";

export type RowsFile = ReturnType<typeof useRowsFile>;

/** A file of rows that a form is filled in for: what its check found, and whether rows that cannot be used are left out. */
export function useRowsFile(kind: JobKind) {
  const [file, setFile] = useState<File>();
  const [leavesOut, setLeavesOut] = useState(false);
  const state = useFileCheck(kind, file);
  const found = state.status === "checked" && "drawn" in state.check ? state.check : undefined;
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
