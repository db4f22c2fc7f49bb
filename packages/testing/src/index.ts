export * from "./child-process.ts";
export * from "./escrow-chain.ts";
export * from "./free-port.ts";
export * from "./is-alive.ts";
export * from "./postgres.ts";
export * from "./system-python.ts";
export * from "./wait-for.ts";
export * from "./wallets.ts";
