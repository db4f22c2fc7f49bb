/** What either text of a pair is called, and what says how well the two belong together, in small letters. */
export const pairColumns = {
  anchor: ["anchor", "sentence1"],
  positive: ["positive", "sentence2"],
  grades:
    /^(score|scores|label|labels|gold_label|similarity|similarity_score|is_duplicate|relatedness_score)$/,
} as const;
