import {
  type Abi,
  type EncodeErrorResultParameters,
  encodeErrorResult,
  type Hex,
  TransactionExecutionError,
  UserRejectedRequestError,
} from "viem";
import { describe, expect, it } from "vitest";
import { decodeError, escrowRefusals, toChainError } from "./decode-error.ts";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";
import { aiModelTrainingV2Abi } from "./generated/ai-model-training-v2.ts";

const bothErrors = [...aiModelTrainingAbi, ...aiModelTrainingV2Abi].filter((entry) => entry.type === "error");
/** Each by its name once. */
const abiErrors = [...new Map(bothErrors.map((error) => [error.name, error])).values()];

type AnyError = EncodeErrorResultParameters<Abi>;

/** Some value of an ABI type: what it is does not matter to the sentence. */
function sampleOf(type: string): unknown {
  if (type === "address") return "0x00000000000000000000000000000000000000ab";
  if (type === "string") return "text";
  const bits = Number(/^uint(\d+)$/.exec(type)?.[1]);
  return bits <= 48 ? 1 : 1n;
}

describe("the errors of the contract's versions in words", () => {
  it("none is missing, and none is made up", () => {
    expect(Object.keys(escrowRefusals).sort()).toEqual(abiErrors.map((error) => error.name).sort());
  });

  it.each(abiErrors.map((error) => error.name))("%s becomes a sentence and a fix with its values", (name) => {
    const abiItem = abiErrors.find((error) => error.name === name)!;
    const args = abiItem.inputs.map((input) => sampleOf(input.type));
    const data = encodeErrorResult({ abi: [abiItem], errorName: name, args } as unknown as AnyError);
    const error = decodeError(data);
    expect(error?.message).toMatch(/\.$/);
    expect(error?.fix).toMatch(/\.$/);
    expect(`${error?.message} ${error?.fix}`).not.toMatch(/[{}]|undefined/);
    expect(error?.facts.error).toBe(name);
  });

  it("one of the same name is the same in both", () => {
    const valuesOf = ({ inputs }: { inputs: readonly { name: string; type: string }[] }) =>
      inputs.map(({ name, type }) => `${type} ${name}`);
    for (const error of bothErrors)
      expect(valuesOf(error)).toEqual(valuesOf(abiErrors.find(({ name }) => name === error.name)!));
  });

  it.each(["0x", "0x12345678", "0x08c379a0"] as Hex[])(
    "data that is none of them (%s) stays undecided",
    (data) => {
      expect(decodeError(data)).toBeUndefined();
    },
  );

  it("a refusal in the wallet is told as one, not as the chain's", () => {
    const refused = new TransactionExecutionError(new UserRejectedRequestError(new Error("declined")), {
      account: null,
    });
    expect(toChainError(refused)).toMatchObject({ code: "forbidden", facts: { declined: true } });
  });
});
