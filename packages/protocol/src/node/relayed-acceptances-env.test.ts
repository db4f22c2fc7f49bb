import { expect, it } from "vitest";
import { acceptanceBudgetOf, relayedAcceptancesEnvSchema } from "./relayed-acceptances-env.ts";

const budget = (env: Record<string, string>) => acceptanceBudgetOf(relayedAcceptancesEnvSchema.parse(env));

it("a budget that no slot fits into is refused, with the settings that are too low and what would do", () => {
  const tight = { RELAY_ACCEPTANCE_GAS_PER_WALLET: "559999", RELAY_ACCEPTANCE_GAS_PER_JOB: "560000" };
  expect(() => budget({ RELAY_ACCEPTANCES: "true", ...tight })).toThrow(
    expect.objectContaining({
      code: "configuration-invalid",
      message: "RELAY_ACCEPTANCE_GAS_PER_WALLET: no acceptance could ever be relayed with so little gas",
      fix: expect.stringContaining("560000"),
    }),
  );
  expect(budget(tight)).toBeUndefined();
  expect(budget({ RELAY_ACCEPTANCES: "true" })).toMatchObject({ gasPerWallet: 1_200_000n });
});
