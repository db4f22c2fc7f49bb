import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The commit that every revision of a test hub is at. */
export const hubCommit = "0123456789abcdef0123456789abcdef01234567";

/**
 * A hub of one dataset, ann/rows: its HTTP interface as far as datasets need it, which tells a revision's commit and
 * files, and gives a file at a commit. Browsers of any site may ask it, as they may ask the real one.
 */
export async function startHub(contents: Readonly<Record<string, string | Uint8Array>>) {
  const asked: string[] = [];
  const hub = { instead: undefined as { status: number; body: string } | undefined };
  const server = createServer(({ url = "", headers }, response) => {
    asked.push(`${url} ${headers.authorization ?? ""}`.trim());
    response.setHeader("access-control-allow-origin", "*");
    if (hub.instead) return void response.writeHead(hub.instead.status).end(hub.instead.body);
    if (url === "/api/datasets/ann/rows/revision/main") {
      const siblings = Object.keys(contents).map((rfilename) => ({ rfilename }));
      return void response.end(JSON.stringify({ sha: hubCommit, siblings }));
    }
    const content = contents[decodeURIComponent(url.replace(`/datasets/ann/rows/resolve/${hubCommit}/`, ""))];
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Every path that was asked for, with the token that came along. */
    asked,
    /** Answers with this from now on, in place of its own. */
    answerInstead(answer: { status: number; body: string } | undefined) {
      hub.instead = answer;
    },
    stop: () => void server.close(),
  };
}
