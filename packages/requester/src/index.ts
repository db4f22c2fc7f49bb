export { type EarlyFinish, findEarlyFinish } from "./early-finish.ts";
export { type EscrowMove, escrowMoves } from "./escrow-moves.ts";
export { type OpenedJob, payForDraft, signDraft } from "./pay-for-draft.ts";
export { possibleMoves } from "./possible-moves.ts";
export { type KeptUploads, sendRequest, type UploadKey } from "./send-request.ts";
export type { SigningPlatform } from "./signing-platform.ts";
export { untilListed } from "./until-listed.ts";
