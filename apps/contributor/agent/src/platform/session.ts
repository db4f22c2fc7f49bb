import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseJson } from "@trainchain/protocol";
import { z } from "zod";

const sessionSchema = z.object({
  apiUrl: z.string(),
  wallet: z.string(),
  token: z.string(),
  expiresAt: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;

/** What the platform hands out for a signed message. */
export type Login = Pick<Session, "token" | "expiresAt">;

/**
 * The kept session of this wallet at this API. Whether it has ended is the platform's to say: this computer's clock may
 * be days off.
 */
export async function findSession(
  path: string,
  { apiUrl, wallet }: Pick<Session, "apiUrl" | "wallet">,
): Promise<Session | undefined> {
  const content = await readFile(path, "utf8").catch(() => "null");
  const parsed = sessionSchema.safeParse(parseJson(content));
  if (!parsed.success) return undefined;
  const session = parsed.data;
  return session.apiUrl === apiUrl && session.wallet === wallet ? session : undefined;
}

/** Keeps a session for the next start, readable by its owner alone. */
export async function keepSession(path: string, session: Session): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(session), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
