import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TrainChainError } from "@trainchain/protocol";
import { type Deployment, parseDeployment } from "../deployment.ts";

const deploymentsDir = join(import.meta.dirname, "../../../../contracts/deployments");

/** The escrow's deployment on a chain, from contracts/deployments (or another folder of such files). */
export async function readDeployment(chainId: number, dir = deploymentsDir): Promise<Deployment> {
  let text: string;
  try {
    text = await readFile(join(dir, `${chainId}.json`), "utf8");
  } catch (cause) {
    throw new TrainChainError("configuration-invalid", `The escrow has no deployment on chain ${chainId}.`, {
      fix: "Deploy it with `npm run deploy`, or set the escrow's address.",
      facts: { chainId },
      cause,
    });
  }
  return parseDeployment(JSON.parse(text));
}
