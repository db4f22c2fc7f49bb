import type { JobView } from "@trainchain/protocol";
import { RelativeTime } from "@trainchain/ui";

/** What comes next for a job, and by when. */
export function NextStep({ of: { text, until } }: { of: JobView["nextStep"] }) {
  return (
    <>
      {text}
      {until && (
        <>
          {" "}
          Ends at the latest <RelativeTime at={until} />.
        </>
      )}
    </>
  );
}
