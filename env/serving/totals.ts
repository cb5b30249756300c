/** What an engine counts. */

/** Running totals since the episode began. */
export interface Totals {
  iterations: number;
  /** Σ over iterations of sequences in the batch. */
  sequenceSteps: number;
  scheduledTokens: number;
  generatedTokens: number;
  /** Drafts that were verified, padding among them. */
  drafts: number;
  evictions: number;
  /** Of these, how many had their KV copied to the host; how many came back from there; blocks copied both ways. */
  swapsOut: number;
  swapsIn: number;
  swappedBlocks: number;
  /** Tokens computed a second time after evictions. */
  recomputedTokens: number;
  /** Prompt tokens found in the prefix cache at admissions. */
  hitTokens: number;
  pauses: number;
  /** Times a held request was served after all, until the next event, because nothing else could ever happen. */
  forced: number;
  turns: number;
  finished: number;
  aborted: number;
  rejected: number;
  /** ∫N dt in request-µs: N counts a request from its arrival until it leaves. */
  areaInSystem: number;
  /** µs in which an iteration was under way. */
  busy: number;
}

export const createTotals = (): Totals => ({
  iterations: 0,
  sequenceSteps: 0,
  scheduledTokens: 0,
  generatedTokens: 0,
  drafts: 0,
  evictions: 0,
  swapsOut: 0,
  swapsIn: 0,
  swappedBlocks: 0,
  recomputedTokens: 0,
  hitTokens: 0,
  pauses: 0,
  forced: 0,
  turns: 0,
  finished: 0,
  aborted: 0,
  rejected: 0,
  areaInSystem: 0,
  busy: 0,
});

export function copyTotals(from: Totals, to: Totals): void {
  to.iterations = from.iterations;
  to.sequenceSteps = from.sequenceSteps;
  to.scheduledTokens = from.scheduledTokens;
  to.generatedTokens = from.generatedTokens;
  to.drafts = from.drafts;
  to.evictions = from.evictions;
  to.swapsOut = from.swapsOut;
  to.swapsIn = from.swapsIn;
  to.swappedBlocks = from.swappedBlocks;
  to.recomputedTokens = from.recomputedTokens;
  to.hitTokens = from.hitTokens;
  to.pauses = from.pauses;
  to.forced = from.forced;
  to.turns = from.turns;
  to.finished = from.finished;
  to.aborted = from.aborted;
  to.rejected = from.rejected;
  to.areaInSystem = from.areaInSystem;
  to.busy = from.busy;
}
