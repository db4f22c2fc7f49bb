import { type Address, addressSchema, cidSchema } from "@trainchain/protocol";
import { InvalidArgumentError } from "commander";

/** A content id, as the escrow's calls name files. */
export function contentId(text: string): string {
  const { data } = cidSchema.safeParse(text);
  if (data !== undefined) return data;
  throw new InvalidArgumentError("Give a content id: bafkrei… or bafybei…, 59 characters.");
}

/** A wallet's address in full. */
export function walletAddress(text: string): Address {
  const { data } = addressSchema.safeParse(text);
  if (data !== undefined) return data;
  throw new InvalidArgumentError("Give a wallet's address: 0x and 40 hexadecimal digits.");
}
