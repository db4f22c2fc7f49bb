/** The kinds of jobs, without their schemas; the index is the escrow contract's `kind`. */
export const jobKinds = ["llm-finetune", "image-classification", "embedding-finetune"] as const;
export type JobKind = (typeof jobKinds)[number];

/** What people call the parts of a kind of job. */
export interface KindWords {
  name: string;
  /** What its data is made of, many of them. */
  examples: string;
  /** How much of them one contributor works on, as a heading. */
  share: string;
  /** What its trainer counts its way by. */
  pass: "step" | "epoch";
  /** What a contributor delivers. */
  product: string;
  /** What happens once everything is delivered. */
  conclusion: string;
  /** Whether its result answers prompts. */
  answers: boolean;
  /** What of a receipt can be computed again. */
  recomputed: string;
}

export const kindWords: Record<JobKind, KindWords> = {
  "llm-finetune": {
    name: "LLM fine-tuning",
    examples: "rows",
    share: "Rows for each",
    pass: "step",
    product: "adapter",
    conclusion: "All adapters are in: they are verified, merged and then paid.",
    answers: true,
    recomputed: "the merge",
  },
  "image-classification": {
    name: "Image classification",
    examples: "images",
    share: "Images",
    pass: "epoch",
    product: "model",
    conclusion: "The model is in: it is verified, measured and then paid.",
    answers: false,
    recomputed: "the figures",
  },
  "embedding-finetune": {
    name: "Embedding fine-tuning",
    examples: "pairs",
    share: "Pairs for each",
    pass: "step",
    product: "adapter",
    conclusion: "All adapters are in: they are verified, merged and then paid.",
    answers: false,
    recomputed: "the merge",
  },
};

/** Whether an escrow of a version lists jobs of a kind: the first version knows two kinds, later ones any. */
export function escrowTakes(version: string | undefined, kind: JobKind): boolean {
  return version !== "1" || jobKinds.indexOf(kind) < 2;
}

/** The words of a kind; of the first, where a record does not name its kind. */
export function wordsOf(kind: JobKind | undefined): KindWords {
  return kindWords[kind ?? firstKind];
}

/** Records of before there was a second kind do not name theirs. */
export const firstKind: JobKind = "llm-finetune";
