/** How far a trainer is shut off on this system, in words for its host. docs/trust-model.md has the whole of it. */
export function describeConfinement(): string {
  const always =
    "The trainer gets no key, login or other secret, stands back for other programs and ends with the app.";
  return process.platform === "linux"
    ? `${always} It writes to its own folder and the caches only, and connects only to this app and, for a model that is not here yet, the model hub (where the kernel has Landlock; its log says so). It could read your files.`
    : `${always} This system gives a program no way to keep it from your other files or the network: use a separate account for more.`;
}
