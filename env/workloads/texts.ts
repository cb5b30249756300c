/** What requests say in words. No secret: whoever serves a request reads its prompt, and so may predictors. */
export interface Texts {
  /** The prompt of a row, or the part of it that is known; undefined = nothing is. */
  prompt(row: number): string | undefined;
  /** Name of the model that a row asks; undefined = not known. */
  model(row: number): string | undefined;
}

/** Words that were recorded, by row; rows behind the end of a list say nothing. */
export const recordedTexts = (
  prompts: readonly (string | undefined)[] = [],
  models: readonly (string | undefined)[] = [],
): Texts => ({
  prompt: (row) => prompts[row],
  model: (row) => models[row],
});

/** The words of some rows, in the order given. */
export const pickTexts = (texts: Texts, rows: Int32Array): Texts => ({
  prompt: (row) => texts.prompt(rows[row]),
  model: (row) => texts.model(rows[row]),
});

/** The words of the first `cut` rows of one, then those of another. */
export const joinTexts = (first: Texts | undefined, cut: number, then: Texts | undefined): Texts => ({
  prompt: (row) => (row < cut ? first?.prompt(row) : then?.prompt(row - cut)),
  model: (row) => (row < cut ? first?.model(row) : then?.model(row - cut)),
});
