export { legacyAbi, legacyBytecode } from "../generated/predecessor-events.ts";
export * from "./foundry-binary.ts";
export * from "./start-anvil.ts";
