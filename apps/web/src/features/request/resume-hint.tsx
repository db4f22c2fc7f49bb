import { useQueries } from "@tanstack/react-query";
import { Notice } from "@trainchain/ui";
import { api } from "../../api/api.ts";
import { useSession } from "../../session/session-context.ts";
import { listUploads } from "./unfinished-upload.ts";

/** Says which uploads broke off before, as a browser gives no file away to a page that was loaded anew. */
export function ResumeHint({ mayBe }: { mayBe: (fileName: string) => boolean }) {
  const { wallet = "" } = useSession();
  const begun = listUploads(wallet).filter(({ fileName }) => mayBe(fileName));
  // One that the platform has cleared away goes on nowhere.
  const known = useQueries({
    queries: begun.map(({ id }) => ({
      queryKey: ["me", "upload", id],
      queryFn: () => api.getUpload(id),
      retry: false,
    })),
  });
  const names = begun.filter((_, index) => known[index]?.isSuccess).map(({ fileName }) => fileName);
  if (names.length === 0) return null;
  return (
    <Notice tone="info" title="An upload waits to go on">
      Choose the same file again, and only what is missing is sent: {names.join(", ")}.
    </Notice>
  );
}
