import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { pushEndpointOf, type WebhookView } from "@trainchain/protocol";
import { Badge, Button, Card, ErrorNotice, Field, Input, Notice } from "@trainchain/ui";
import { useState } from "react";
import { api } from "../../api/api.ts";
import { configQuery } from "../../api/open-queries.ts";
import { myWebhooksQuery } from "../../api/queries.ts";
import { NotifyBrowser, ownAddressQuery } from "./notify-browser.tsx";

/** Where the wallet's notices are sent to: enter an address, see whether it is confirmed, remove it. */
export function NoticesCard() {
  const { data: webhooks, error, refetch } = useQuery(myWebhooksQuery);
  return (
    <Card title="Notices">
      <p className="mb-4 text-sm text-muted">
        Have what concerns your wallet sent to you as it happens: who joins, delivers, is refused, is paid.
      </p>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {webhooks && webhooks.length > 0 && (
        <ul className="mb-4 grid gap-3">
          {webhooks.map((webhook) => (
            <Address key={webhook.id} webhook={webhook} />
          ))}
        </ul>
      )}
      <NotifyBrowser />
      <AddressForm />
    </Card>
  );
}

function Address({ webhook: { id, url, confirmedAt } }: { webhook: WebhookView }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.deleteWebhook(id),
    onSettled: () => queryClient.invalidateQueries(myWebhooksQuery),
  });
  const { data: ownAddress } = useQuery(ownAddressQuery);
  const endpoint = pushEndpointOf(url);
  const browser = url === ownAddress ? "This browser" : "A browser";
  const shown = endpoint ? `${browser}, by ${new URL(endpoint).host}` : url.replace(/^mailto:/, "");
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
      <span className="min-w-0 text-sm break-all">{shown}</span>
      <span className="flex items-center gap-2">
        {!confirmedAt && <Badge tone="warning">not confirmed</Badge>}
        <Button
          variant="ghost"
          size="small"
          busy={remove.isPending}
          onClick={() => remove.mutate()}
          aria-label={`Remove ${shown}`}
        >
          Remove
        </Button>
      </span>
      {remove.error && <ErrorNotice error={remove.error} />}
    </li>
  );
}

function AddressForm() {
  const queryClient = useQueryClient();
  const { data: config } = useQuery(configQuery);
  const [text, setText] = useState("");
  const add = useMutation({
    mutationFn: (address: string) => api.createWebhook(address),
    onSuccess: () => {
      setText("");
      void queryClient.invalidateQueries(myWebhooksQuery);
    },
  });
  const kinds = `${config?.sendsMail ? "An e-mail address, an" : "An"} https:// address, or ntfy:// with a topic for your phone.`;
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const address = text.trim();
        if (address) add.mutate(/^[^:/]+@/.test(address) ? `mailto:${address}` : address);
      }}
    >
      <Field label="Address" hint={kinds}>
        <Input value={text} maxLength={500} onChange={({ target }) => setText(target.value)} />
      </Field>
      {add.error && <ErrorNotice error={add.error} />}
      {add.data && <Added secret={add.data.secret} />}
      <Button type="submit" className="justify-self-start" busy={add.isPending} disabled={!text.trim()}>
        Add
      </Button>
    </form>
  );
}

function Added({ secret }: { secret: string | null }) {
  if (secret === null)
    return (
      <Notice tone="positive" title="An e-mail is on its way">
        Open the link in it within two days. Nothing else is sent before.
      </Notice>
    );
  return (
    <Notice tone="positive" title="Notices go there from now on">
      They are signed with this secret, shown this once: <code className="break-all">{secret}</code>
    </Notice>
  );
}
