/** What scripts written for OpenAI's fine-tuning ask for. */
export const llmFinetune = "llm-finetune";
