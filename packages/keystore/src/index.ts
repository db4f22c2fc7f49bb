export { askPassphrase } from "./ask-passphrase.ts";
export { createKeystoreFile, readKeystoreAddress, readKeystoreFile } from "./keystore-file.ts";
export { type OpenedWallet, openWallet } from "./open-wallet.ts";
