import { addWalletAddress } from "./wallet-address.ts";
import { addWalletNew } from "./wallet-new.ts";

export const walletCommands = [addWalletNew, addWalletAddress];
