import { expect, it } from "vitest";
import { z } from "zod";
import { parseEnvironment } from "./parse-environment.ts";

const schema = z.object({ URL: z.url(), COUNT: z.coerce.number().default(3), SECRET: z.string().length(4) });

it("reads what is set, an empty variable counting as not set", () => {
  expect(parseEnvironment(schema, { URL: "http://a", COUNT: "", SECRET: "abcd", OTHER: "x" }, "api")).toEqual(
    {
      URL: "http://a",
      COUNT: 3,
      SECRET: "abcd",
    },
  );
});

it("names every wrong variable at once, and no value of any", () => {
  const read = () => parseEnvironment(schema, { SECRET: "hush-hush" }, "worker");
  expect(read).toThrow(/^worker: .*URL: .*SECRET: /s);
  expect(read).not.toThrow(/hush/);
});
