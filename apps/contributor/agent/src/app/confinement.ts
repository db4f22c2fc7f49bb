/** How far a trainer is shut off on this system, in words for its host. docs/trust-model.md has the whole of it. */
export function describeConfinement(): string {
  const always =
    "The trainer gets no key, login or other secret: it sees a loopback address, its own folder and a cleaned environment.";
  const ends =
    process.platform === "win32"
      ? "It is ended with the app."
      : "It runs in its own process group with low priority and is ended with the app.";
  return `${always} ${ends} The system does not keep it from reading your other files or from the network.`;
}
