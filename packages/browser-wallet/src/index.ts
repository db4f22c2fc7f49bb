export { type BrowserWallet, createBrowserWallet, type WalletNow } from "./browser-wallet.ts";
export { toWalletError } from "./wallet-error.ts";
export { WalletList } from "./wallet-list.tsx";
