import { expect, it } from "vitest";
import { readNpmAudit, readPipAudit } from "./known-vulnerabilities.ts";

it("names each npm package with its advisory, once, and how to mend it", () => {
  const via = [{ title: "It runs what it reads", url: "https://advisories.example/1" }];
  const audit = readNpmAudit(
    JSON.stringify({
      metadata: { dependencies: { prod: 120 } },
      vulnerabilities: { bad: { via, fixAvailable: true }, onBad: { via: ["bad"], fixAvailable: false } },
    }),
  );
  expect(audit).toMatchObject({ packages: 120, unanswered: 0 });
  expect(audit.vulnerabilities).toEqual([
    {
      package: "bad",
      advisory: "It runs what it reads (https://advisories.example/1)",
      mend: "npm audit fix",
    },
  ]);
});

it("names each Python package with its advisory, and counts those that nothing was said of", () => {
  const audit = readPipAudit(
    JSON.stringify({
      dependencies: [
        { name: "good", vulns: [] },
        { name: "bad", vulns: [{ id: "PYSEC-1", fix_versions: ["2.0", "1.9.1"] }] },
        { name: "unknown", skip_reason: "not found" },
      ],
    }),
  );
  expect(audit).toEqual({
    ecosystem: "Python",
    packages: 3,
    unanswered: 1,
    vulnerabilities: [{ package: "bad", advisory: "PYSEC-1", mend: "2.0 or 1.9.1" }],
  });
});

it("a source that does not answer is no clean bill", () => {
  const refusal = JSON.stringify({ error: { code: "E405", summary: "Method Not Allowed" } });
  for (const audit of [readNpmAudit(refusal), readNpmAudit(""), readPipAudit("")])
    expect(audit.unanswered).toBeGreaterThan(0);
});
