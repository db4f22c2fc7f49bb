/** Calls `probe` until it gives something else than undefined or false; throws after `timeoutMs`, naming what it waited for. */
export async function waitFor<Value>(
  what: string,
  probe: () => Promise<Value | undefined | false>,
  { timeoutMs = 120_000, intervalMs = 50 } = {},
): Promise<Value> {
  const end = Date.now() + timeoutMs;
  let lastError: unknown;
  while (Date.now() < end) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
  throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`, { cause: lastError });
}
