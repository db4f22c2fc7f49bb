import { useQueryClient } from "@tanstack/react-query";
import { TrainChainError } from "@trainchain/protocol";
import { Card, ErrorNotice, Field, Input } from "@trainchain/ui";
import { offersQuery } from "../../agent/queries.ts";
import { send } from "../../agent/request.ts";
import { useAction } from "../../shell/use-action.ts";

/** Takes the requester's permit for a job that asks for one. */
export function PermitCard() {
  const client = useQueryClient();
  const give = useAction(async (file: File | undefined) => {
    if (!file) return;
    await send("POST", "permits", parse(await file.text()));
    await client.invalidateQueries(offersQuery);
  });
  return (
    <Card title="Your permit">
      <div className="grid gap-3">
        <Field
          label="Permit file"
          hint="The requester makes it for your wallet, with “trainchain job permit”."
        >
          <Input
            type="file"
            accept=".json,application/json"
            className="py-2"
            onChange={({ target }) => void give.run(target.files?.[0])}
          />
        </Field>
        {give.error !== undefined && <ErrorNotice error={give.error} />}
      </div>
    </Card>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TrainChainError("invalid-input", "this is no permit for a slot", {
      fix: "Choose the file as the requester sent it.",
      cause,
    });
  }
}
