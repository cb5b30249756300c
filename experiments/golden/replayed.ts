/** One case of a recording, held against ours. */
export interface Replayed {
  readonly name: string;
  /** Fields or steps that were compared. */
  readonly steps: number;
  /** The first difference in one sentence; null = equal in every field. */
  readonly difference: string | null;
}
