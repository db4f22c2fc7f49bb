// Shows what the platform tells this browser, also while no page of the site is open. It keeps nothing and sees no
// request of the site's: there is no handler for any.

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("push", (event) => {
  const { id, title, text, path } = read(event.data);
  // The tag: a notice that comes twice is shown once.
  const shown = self.registration.showNotification(title, { body: text, tag: id, data: { path } });
  event.waitUntil(shown);
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(showPage(pageOf(event.notification.data?.path)));
});

/** A browser that was told something has to show something, whatever it is. */
function read(data) {
  const something = { id: "notice", title: "TrainChain", text: "There is news for your wallet.", path: "" };
  try {
    return { ...something, ...data.json() };
  } catch {
    return something;
  }
}

/** A page of this site, wherever a path would lead. */
function pageOf(path = "") {
  const page = new URL(path, self.location.origin);
  return page.origin === self.location.origin ? page.href : `${self.location.origin}/`;
}

async function showPage(url) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find((page) => page.url === url);
  return open ? open.focus() : self.clients.openWindow(url);
}
