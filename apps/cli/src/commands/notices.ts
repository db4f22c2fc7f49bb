import { TrainChainError, type WebhookDeliveryView } from "@trainchain/protocol";
import type { Command } from "commander";
import { withWallet } from "../options.ts";
import { createOutput, table } from "../output.ts";
import { openWalletPlatform, type PlatformOptions } from "../platform.ts";

type Options = PlatformOptions & { json: boolean };

/** `trainchain notices`: the addresses that a wallet's notices are sent to, and what came of each (docs/notices.md). */
export const noticesCommands = [addNoticesAdd, addNoticesList, addNoticesRemove, addNoticesLog];

function addNoticesAdd(parent: Command): void {
  withWallet(parent.command("add"))
    .description("have what concerns your wallet sent to an address; prints the secret that signs it, once")
    .argument("[url]", "begins with https://, or ntfy://SERVER/TOPIC for a phone")
    .option("--email <address>", "an e-mail address instead, which is asked first")
    .action(async (url: string | undefined, options: Options & { email?: string }) => {
      const to = targetOf(url, options.email);
      const { api } = await openWalletPlatform(options);
      const added = await api.createWebhook(to);
      createOutput(options.json).result(added, () => [
        ...(added.secret === null
          ? [`✓ an e-mail is on its way to ${options.email}: open the link in it within two days`]
          : [
              `✓ ${added.url} is told from now on; a first notice is on its way`,
              `secret ${added.secret}    (shown this once)`,
            ]),
        `see what was sent: trainchain notices log ${added.id}`,
      ]);
    });
}

function targetOf(url: string | undefined, email: string | undefined): string {
  if ((url === undefined) === (email === undefined))
    throw new TrainChainError("invalid-input", "name one place: a URL, or --email with an address", {
      fix: "See: trainchain notices add --help",
    });
  return url ?? `mailto:${email}`;
}

function addNoticesList(parent: Command): void {
  withWallet(parent.command("list"))
    .description("the addresses that your wallet's notices are sent to")
    .action(async (options: Options) => {
      const { api } = await openWalletPlatform(options);
      const items = await api.listWebhooks();
      createOutput(options.json).result({ items }, () =>
        items.length === 0
          ? ["no address: trainchain notices add URL"]
          : table([
              ["id", "since", "address"],
              ...items.map(({ id, confirmedAt, url }) => [id, confirmedAt ?? "not confirmed", url]),
            ]),
      );
    });
}

function addNoticesRemove(parent: Command): void {
  withWallet(parent.command("remove"))
    .description("send nothing more to an address")
    .argument("<id>", "as `notices list` prints it")
    .action(async (id: string, options: Options) => {
      const { api } = await openWalletPlatform(options);
      await api.deleteWebhook(id);
      createOutput(options.json).result({ id }, () => [`✓ nothing more is sent to ${id}`]);
    });
}

function addNoticesLog(parent: Command): void {
  withWallet(parent.command("log"))
    .description("what was sent to an address in the last 30 days, and what it answered")
    .argument("<id>", "as `notices list` prints it")
    .action(async (id: string, options: Options) => {
      const { api } = await openWalletPlatform(options);
      const items = await api.listWebhookDeliveries(id);
      createOutput(options.json).result({ items }, () =>
        table([["at", "notice", "status", "tries", "answered"], ...items.map(describe)]),
      );
    });
}

function describe(delivery: WebhookDeliveryView): string[] {
  const { createdAt, notice, status, attempts, lastStatus, lastError } = delivery;
  return [createdAt, notice.type, status, String(attempts), String(lastStatus ?? lastError ?? "")];
}
