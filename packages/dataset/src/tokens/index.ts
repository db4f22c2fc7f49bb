export { createChatTokenizer } from "./chat-tokenizer.ts";
export { measureRow, type RowTokens } from "./measure-row.ts";
export { describeFit, describeLengths, fitOf, proposeMaxLength, trainedTokens } from "./row-lengths.ts";
