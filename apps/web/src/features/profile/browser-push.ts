import { type PushKeys, pushKeysSchema, pushUrlOf, TrainChainError } from "@trainchain/protocol";

const script = "/push-worker.js";

/** Whether sites can send this browser anything. On iPhone and iPad only those can that are on its home screen. */
export function canSubscribe(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

/** This browser as an address for notices; null while it has not subscribed. */
export async function findOwnAddress(): Promise<string | null> {
  const registration = canSubscribe() ? await navigator.serviceWorker.getRegistration("/") : undefined;
  const subscription = await registration?.pushManager.getSubscription();
  return subscription ? pushUrlOf(subscription.endpoint) : null;
}

/**
 * Asks whoever sits here, and has this browser's push service take what is signed with the platform's key.
 * @throws TrainChainError where the answer is no, or the browser cannot
 */
export async function subscribe(getKey: () => Promise<string>): Promise<{ url: string; keys: PushKeys }> {
  // First, while the press of the button still counts as a wish.
  if ((await Notification.requestPermission()) !== "granted")
    throw new TrainChainError("forbidden", "this browser was not allowed to show notices of this site", {
      fix: "Allow it in the browser's settings for this page.",
    });
  const applicationServerKey = await getKey();
  await navigator.serviceWorker.register(script);
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await subscribeWith(pushManager, applicationServerKey).catch((cause: unknown) => {
    throw new TrainChainError("not-ready", "this browser could not subscribe at its push service", {
      fix: "Try again, or see whether push messages are switched off in the browser's settings.",
      cause,
    });
  });
  return { url: pushUrlOf(subscription.endpoint), keys: pushKeysSchema.parse(subscription.toJSON().keys) };
}

async function subscribeWith(pushManager: PushManager, applicationServerKey: string) {
  const old = await pushManager.getSubscription();
  // One that was made with another key takes nothing from here, and no second beside it.
  if (old && !isFor(old, applicationServerKey)) await old.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
}

function isFor({ options }: PushSubscription, key: string): boolean {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer());
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") === key;
}
