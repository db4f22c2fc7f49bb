const secretName = /(_KEY|_SECRET|_JWT|PASSWORD|PASSPHRASE)$/;
/** Nodes and databases take their keys in the address: its password, path and query. */
const addressWithSecret = /^(RPC_URL|DATABASE_URL|KUBO_RPC_URL)$/;
/** Shorter values would match half of every log. */
const shortest = 8;

/** The values among a process's variables, this one's unless others are given, that nobody may read in a log. */
export function secretsAmong(environment: Record<string, string | undefined> = process.env): string[] {
  const found = Object.entries(environment).flatMap(([name, value = ""]) => {
    if (secretName.test(name)) return [value, value.replace(/^0x/, "")];
    return addressWithSecret.test(name) ? secretsOfAddress(name, value) : [];
  });
  return [...new Set(found)].filter((value) => value.length >= shortest).sort((a, b) => b.length - a.length);
}

function secretsOfAddress(name: string, value: string): string[] {
  if (!URL.canParse(value)) return [value];
  const { password, pathname, search } = new URL(value);
  const parts = [password, decodeURIComponent(password)];
  return name === "DATABASE_URL" ? parts : [...parts, pathname.slice(1), search.slice(1)];
}

/** The text with every secret in it replaced. */
export function scrub(text: string, secrets: readonly string[]): string {
  return secrets.reduce((scrubbed, secret) => scrubbed.replaceAll(secret, "[secret]"), text);
}
