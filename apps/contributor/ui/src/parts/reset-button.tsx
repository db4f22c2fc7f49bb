import { Button, Dialog, ErrorNotice } from "@trainchain/ui";
import { useState } from "react";
import { send } from "../agent/request.ts";
import { useAction } from "../shell/use-action.ts";

/** Deletes the environment and sets it up again, after a question. */
export function ResetButton() {
  const [asks, setAsks] = useState(false);
  const reset = useAction(async () => {
    await send("POST", "setup", { action: "reset" });
    setAsks(false);
  });
  return (
    <>
      <Button variant="ghost" size="small" onClick={() => setAsks(true)}>
        Reset…
      </Button>
      <Dialog
        open={asks}
        onClose={() => setAsks(false)}
        title="Reset the training environment?"
        description="It is deleted and installed again, which downloads several gigabytes. Your jobs, keys and results are kept."
      >
        {reset.error !== undefined && <ErrorNotice error={reset.error} />}
        <div className="flex justify-end gap-2">
          <Button variant="secondary" onClick={() => setAsks(false)}>
            Keep it
          </Button>
          <Button variant="danger" busy={reset.busy} onClick={reset.run}>
            Delete and install again
          </Button>
        </div>
      </Dialog>
    </>
  );
}
