/** How many drafts a verification accepts: hidden truth, a function of the request and the position, never of call order. */

/** The hidden outcome of speculation. Rows are rows of the workload, not request ids. */
export interface Acceptance {
  readonly name: string;
  /** Nothing is ever accepted. */
  readonly never?: boolean;
  /** It depends on the number of sampling steps, which the engine then counts. */
  readonly stepwise?: boolean;
  /** Drafts the proposer really offers after a sampling step when `asked` are asked for: 0 … asked. */
  proposed(row: number, position: number, step: number, asked: number): number;
  /**
   * Drafts accepted, 0 … drafts.
   * @param position output tokens generated before this verification
   * @param step sampling steps of this request before this one (the one that ends the prompt is step 0)
   */
  accepted(row: number, position: number, step: number, drafts: number): number;
}

/** A proposer that always offers what is asked. */
export const everyDraft = (_row: number, _position: number, _step: number, asked: number): number => asked;

/** Nothing is ever accepted: the truth of a workload that says nothing about speculation. */
export const noAcceptance: Acceptance = { name: 'none', never: true, proposed: everyDraft, accepted: () => 0 };
