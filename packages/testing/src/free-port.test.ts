import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { freePort } from "./free-port.ts";

const run = promisify(execFile);

it("gives no port twice, neither in this process nor in others that run meanwhile", async () => {
  const script = `import { freePort } from ${JSON.stringify(new URL("./free-port.ts", import.meta.url).href)};
    const ports = [];
    for (let taken = 0; taken < 100; taken++) ports.push(await freePort());
    console.log(JSON.stringify(ports));
    // Keeps them until all have theirs.
    process.stdin.resume();`;
  const others = [0, 1, 2].map(() =>
    run(process.execPath, ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", script]),
  );
  const taken = await Promise.all(
    others.map(
      ({ child }) =>
        new Promise<number[]>((resolve) => {
          child.stdout?.once("data", (line: string) => resolve(JSON.parse(line) as number[]));
        }),
    ),
  );
  const own = await Promise.all(Array.from({ length: 100 }, freePort));
  for (const { child } of others) child.stdin?.end();
  await Promise.all(others);

  const all = [...taken.flat(), ...own];
  expect(all).toHaveLength(400);
  expect(new Set(all).size).toBe(400);
});

it("passes over a port that somebody listens on, and lies below those that the system gives away", async () => {
  const given = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
  expect(await freePort()).toBeLessThan(given);
});
