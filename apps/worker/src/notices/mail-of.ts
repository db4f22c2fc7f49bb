import { mailAddressOf, type Notice, truncateAddress, webhookLimits } from "@trainchain/protocol";
import { describeNotice } from "./describe-notice.ts";
import { pathOf } from "./path-of.ts";

/** A text e-mail to one address. */
export interface Mail {
  /** Unlike that of any other notice. */
  id: string;
  to: string;
  subject: string;
  text: string;
  /** Ends it at a click. */
  unsubscribeUrl: string;
}

interface MailNotice {
  id: string;
  webhook: { id: string; url: string; wallet: string; createdAt: Date; confirmedAt: Date | null };
  notice: Notice;
  /** What its links carry (`mailTokenOf`). */
  token: string;
  /** Where the API and the site are, without a slash at the end. */
  apiUrl: string;
  siteUrl: string;
}

/** A notice as an e-mail; while nobody has confirmed the address, the question whether anything may be sent there. */
export function mailOf({ id, webhook, notice, token, apiUrl, siteUrl }: MailNotice): Mail {
  const link = (action: string) => `${apiUrl}/mail/${webhook.id}/${action}?token=${token}`;
  const to = mailAddressOf(webhook.url) ?? "";
  const unsubscribeUrl = link("unsubscribe");
  const sender = `the wallet ${truncateAddress(webhook.wallet)} at ${siteUrl}`;
  if (!webhook.confirmedAt) {
    const until = new Date(webhook.createdAt.getTime() + webhookLimits.confirmMs).toUTCString();
    const text = [
      `Somebody with ${sender} wants its notices sent to this address: of jobs, deliveries and rewards.`,
      `If that was you, open this link and press the button, until ${until}:\n${link("confirm")}`,
      `If it was not, do nothing, and nothing more is sent. To be asked by nobody else either:\n${unsubscribeUrl}`,
    ];
    return { id, to, subject: "TrainChain: is this your address?", text: paragraphs(text), unsubscribeUrl };
  }
  const { title, text } = describeNotice(notice);
  const page = `${siteUrl}${pathOf(notice)}`;
  const foot = `-- \nFor ${sender}. To get nothing more:\n${unsubscribeUrl}`;
  return { id, to, subject: `TrainChain: ${title}`, text: paragraphs([text, page, foot]), unsubscribeUrl };
}

function paragraphs(parts: readonly string[]): string {
  return `${parts.join("\n\n")}\n`;
}
