import { z } from "zod";
import { pushEndpointOf, pushKeysSchema } from "./push.ts";
import { mailAddressOf } from "./webhooks.ts";

/* A file of its own: the site loads all of one that it needs anything of. */

/** Body of POST /me/webhooks: `keys` go with a browser's subscription, and with nothing else. */
export const createWebhookSchema = z
  .object({
    url: z
      .string()
      // Push services write some 700.
      .max(1_000)
      .refine(
        (url) => url.length <= 500 || pushEndpointOf(url) !== undefined,
        "expected at most 500 characters",
      )
      .refine(
        isWebhookUrl,
        "expected an address that begins with https:// and has no name or password in it, ntfy:// with a topic, mailto: with an e-mail address, or webpush:// in place of the https:// of a browser's subscription",
      ),
    keys: pushKeysSchema.optional(),
  })
  .refine(({ url, keys }) => (pushEndpointOf(url) !== undefined) === (keys !== undefined), {
    path: ["keys"],
    error: "expected with an address that begins with webpush://, and with no other",
  });

/**
 * Whether something could be sent there: by a server over https (http is for operators who allow their own network), to
 * a topic of an ntfy server, as its apps write it, by e-mail, or to a browser by its push service.
 */
function isWebhookUrl(text: string): boolean {
  const address = mailAddressOf(text);
  if (address !== undefined) return address.length <= 254 && z.email().safeParse(address).success;
  const endpoint = pushEndpointOf(text);
  const url = URL.parse(endpoint ?? text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  if (url.protocol === "ntfy:")
    return url.host !== "" && /^\/[-\w]{1,64}$/.test(url.pathname + url.search + url.hash);
  // Written as browsers write it, so that everybody reads the same host in it.
  if (endpoint !== undefined) return url.href === endpoint;
  return /^https?:$/.test(url.protocol);
}
