export * from "./foundry-binary.ts";
export { legacyAbi, legacyBytecode } from "./generated/predecessor-events.ts";
export * from "./start-anvil.ts";
