import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, ErrorNotice } from "@trainchain/ui";
import { api } from "../../api/api.ts";
import { myWebhooksQuery } from "../../api/queries.ts";
import { canSubscribe, findOwnAddress, subscribe } from "./browser-push.ts";

export const ownAddressQuery = queryOptions({ queryKey: ["own-address"], queryFn: findOwnAddress });

/** Has this browser show the wallet's notices; nothing where it shows them already, or cannot. */
export function NotifyBrowser() {
  const queryClient = useQueryClient();
  const { data: webhooks } = useQuery(myWebhooksQuery);
  const { data: ownAddress } = useQuery(ownAddressQuery);
  const add = useMutation({
    mutationFn: async () => {
      const { url, keys } = await subscribe(api.getPushKey);
      await api.createWebhook(url, keys);
    },
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries(ownAddressQuery),
        queryClient.invalidateQueries(myWebhooksQuery),
      ]),
  });
  const isTold = webhooks?.some(({ url }) => url === ownAddress);
  if (!canSubscribe() || !webhooks || isTold) return null;
  if (Notification.permission === "denied")
    return (
      <p className="mb-4 text-sm text-muted">
        This browser shows no notices of this site. To be notified here, allow them in its settings for this
        page.
      </p>
    );
  return (
    <div className="mb-4 grid gap-4">
      {add.error && <ErrorNotice error={add.error} />}
      <Button
        variant="secondary"
        className="justify-self-start"
        busy={add.isPending}
        onClick={() => add.mutate()}
      >
        Notify this browser
      </Button>
    </div>
  );
}
