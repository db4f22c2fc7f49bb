import { Button } from "@trainchain/ui";

/** Below a list that comes in pages: fetches the next one; nothing after the last. */
export function ShowMore({
  hasNextPage,
  isFetchingNextPage,
  fetchNextPage,
}: {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}) {
  if (!hasNextPage) return null;
  return (
    <Button
      variant="secondary"
      busy={isFetchingNextPage}
      onClick={() => void fetchNextPage()}
      className="justify-self-center"
    >
      Show more
    </Button>
  );
}
