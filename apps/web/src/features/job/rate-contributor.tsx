import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ConfigView, ratingMessage } from "@trainchain/protocol";
import { Button, Dialog, ErrorNotice, Field, StarIcon, Textarea } from "@trainchain/ui";
import { useState } from "react";
import { api } from "../../api/api.ts";
import { configQuery, ratingsQuery } from "../../api/open-queries.ts";
import { useSigner } from "../../session/use-signer.ts";
import { signText } from "./sign-text.ts";

const choices = [1, 2, 3, 4, 5];

/** For the requester of a completed job to rate one contributor: once, signed by its wallet. */
export default function RateContributor({ jobId, slot }: { jobId: string; slot: number }) {
  const [open, setOpen] = useState(false);
  const config = useQuery(configQuery).data;
  return (
    <>
      <Button variant="secondary" size="small" icon={<StarIcon />} onClick={() => setOpen(true)}>
        Rate
      </Button>
      {config && (
        <Dialog
          open={open}
          onClose={() => setOpen(false)}
          title="How was the work?"
          description="Stars and words are public on this page, the stars count for the contributor; signed by your wallet, and final."
        >
          <RatingForm jobId={jobId} slot={slot} config={config} onDone={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  );
}

function RatingForm({
  jobId,
  slot,
  config,
  onDone,
}: {
  jobId: string;
  slot: number;
  config: ConfigView;
  onDone: () => void;
}) {
  const queryClient = useQueryClient();
  const getSigner = useSigner();
  const [stars, setStars] = useState(5);
  const [text, setText] = useState("");
  const send = useMutation({
    async mutationFn() {
      const rating = { slot, stars, text: text.trim() };
      const message = ratingMessage({ chainId: config.chainId, escrow: config.escrow, jobId, ...rating });
      const signature = await signText(await getSigner(), message);
      await api.rateContributor(jobId, { ...rating, signature });
    },
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: ratingsQuery(jobId).queryKey });
      onDone();
    },
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}
    >
      <fieldset className="flex gap-2">
        <legend className="mb-1.5 text-sm font-medium">Stars</legend>
        {choices.map((choice) => (
          <label
            key={choice}
            className="grid cursor-pointer place-items-center gap-1 rounded-control border border-line px-4 py-2 text-sm has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent-text"
          >
            <input
              type="radio"
              name="stars"
              className="size-4 accent-accent"
              checked={stars === choice}
              onChange={() => setStars(choice)}
            />
            {choice}
          </label>
        ))}
      </fieldset>
      <Field label="In words" aside={`${text.length} / 500`}>
        <Textarea maxLength={500} value={text} onChange={({ target }) => setText(target.value)} />
      </Field>
      {send.error && <ErrorNotice error={send.error} />}
      <Button type="submit" busy={send.isPending}>
        Sign and rate
      </Button>
    </form>
  );
}
