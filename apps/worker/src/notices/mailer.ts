import { webhookLimits } from "@trainchain/protocol";
import { createTransport } from "nodemailer";
import type { Mail } from "./mail-of.ts";

export interface MailSettings {
  /** The operator's server: `smtp://` or `smtps://`, with name and password where it asks for them. */
  smtpUrl: string;
  /** The address that e-mails come from. */
  from: string;
}

/** What became of an e-mail: the server's status, or why there was none; `isFinal` where another try is of no use. */
export interface Mailed {
  status: number | null;
  error: string | null;
  isFinal: boolean;
}

export interface Mailer {
  send(mail: Mail): Promise<Mailed>;
}

const patienceMs = 10 * 60_000;

/**
 * Hands e-mails to the operator's SMTP server, one recipient each. Outside this machine it speaks TLS or not at all,
 * unless the URL says `?requireTLS=false`, so that the password is never sent in the clear by mistake.
 */
export function createMailer({ smtpUrl, from }: MailSettings): Mailer {
  const waitMs = webhookLimits.answerMs;
  const { hostname } = new URL(smtpUrl);
  const transport = createTransport({
    url: smtpUrl,
    requireTLS: !/^(localhost|127\..*|\[::1\])$/.test(hostname),
    // Once it is there it may think for the ten minutes of RFC 5321: who hangs up before has the e-mail sent twice.
    connectionTimeout: waitMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ id, to, subject, text, unsubscribeUrl }) {
      try {
        const { response } = await transport.sendMail({
          from: { name: "TrainChain", address: from },
          to: { name: "", address: to },
          ...{ subject, text },
          // The same at each try, by which mail programs know one that comes twice.
          messageId: `<${id}@${from.split("@")[1]}>`,
          list: { unsubscribe: unsubscribeUrl },
          headers: {
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
          },
        });
        return { status: Number.parseInt(response, 10) || 250, error: null, isFinal: true };
      } catch (error) {
        return refusalOf(error as Refusal);
      }
    },
  };
}

/** What nodemailer's errors say. */
interface Refusal {
  code?: string;
  /** The SMTP command that failed. */
  command?: string;
  responseCode?: number;
}

/** Of an error only what it is: its words may repeat what was sent. */
function refusalOf({ code = "error", command = "", responseCode }: Refusal): Mailed {
  return {
    status: responseCode ?? null,
    error: `the mail server did not take it (${code})`,
    // No such recipient, or no such e-mail to it; all else, such as a wrong password, is the operator's to mend.
    isFinal: /^(RCPT TO|DATA)$/.test(command) && (responseCode ?? 0) >= 500,
  };
}
