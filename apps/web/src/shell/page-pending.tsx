import { Loading, Skeleton } from "@trainchain/ui";

/** While a page's script is on its way. */
export function PagePending() {
  return (
    <Loading label="The page loads">
      <div className="mx-auto grid max-w-6xl gap-4 px-6 py-14">
        <Skeleton className="h-10 w-72" />
        <Skeleton className="h-5 w-full max-w-lg" />
        <Skeleton className="mt-6 h-64" />
      </div>
    </Loading>
  );
}
