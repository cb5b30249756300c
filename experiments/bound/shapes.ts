/** Batches of many alike, as shapes: what a cost is asked about to find out what it is made of. */
import type { BatchShape } from '../../env/serving/cost/cost.js';

/** `count` more sequences that decode `tokens` tokens each behind `context` computed ones. */
export function addDecodes(shape: BatchShape, count: number, context: number, tokens: number): void {
  shape.sequences += count;
  shape.tokens += count * tokens;
  shape.decodes += count;
  shape.decodeTokens += count * tokens;
  shape.context += count * context;
  if (count > 0 && context > shape.longest) shape.longest = context;
}

/** `count` more sequences that prefill `tokens` tokens each behind `done` computed ones. */
export function addPrefills(shape: BatchShape, count: number, done: number, tokens: number): void {
  shape.sequences += count;
  shape.tokens += count * tokens;
  shape.prefills += count;
  shape.prefillTokens += count * tokens;
  shape.prefillWork += count * (tokens * done + (tokens * tokens) / 2);
  shape.prefillReads += count * (done + tokens);
}

/** `count` sequences more ask for `drafts` drafts each. */
export function addDrafts(shape: BatchShape, count: number, drafts: number): void {
  if (count === 0 || drafts === 0) return;
  shape.draftTokens += count * drafts;
  if (drafts > shape.draftDepth) shape.draftDepth = drafts;
}

/** Whole numbers 1 … last: the first ones, then about four for each doubling, and the last. */
export function spread(last: number): number[] {
  const numbers = new Set<number>();
  for (let n = 1; n < last; n = Math.max(n + 1, Math.round(n * 1.19))) numbers.add(n);
  if (last >= 1) numbers.add(last);
  return [...numbers];
}

/** Every whole number 1 … last up to `all` of them, then steps of 2 %. */
export function dense(last: number, all = 4096): number[] {
  const numbers: number[] = [];
  for (let n = 1; n <= last; n = n < all ? n + 1 : Math.ceil(n * 1.02)) numbers.push(n);
  if (numbers.at(-1) !== last) numbers.push(last);
  return numbers;
}
