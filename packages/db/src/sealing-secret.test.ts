import { useDatabase } from "@trainchain/testing/use-database";
import { expect, it } from "vitest";
import { findSealingSecret, recordSealingSecret, untilSealingSecret } from "./sealing-secret.ts";

const connection = useDatabase();

const { signal: going } = new AbortController();

it("the first start records a fingerprint; later ones go on with it alone", async () => {
  const { db } = connection;
  expect(await findSealingSecret(db)).toBeUndefined();
  await untilSealingSecret(() => recordSealingSecret(db, "first"), "first", going);
  const other = untilSealingSecret(() => recordSealingSecret(db, "second"), "second", going);
  await expect(other).rejects.toMatchObject({ code: "configuration-invalid" });
  expect(await findSealingSecret(db)).toBe("first");
  await untilSealingSecret(() => findSealingSecret(db), "first", going);
});

it("whoever only compares waits for the one who records, through failures of the database", async () => {
  const answers = [Promise.reject(new Error("away")), Promise.resolve(undefined), Promise.resolve("first")];
  for (const answer of answers) answer.catch(() => undefined);
  const look = () => answers.shift() ?? Promise.resolve(undefined);
  await untilSealingSecret(look, "first", going);
  expect(answers).toEqual([]);
});

it("a database that never answers keeps nobody from ending", async () => {
  const stopping = new AbortController();
  const waiting = untilSealingSecret(() => new Promise(() => undefined), "first", stopping.signal);
  stopping.abort();
  await waiting;
});
