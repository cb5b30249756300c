/** The least total price of a run of one request: its prompt, and the shortest path over its generated tokens. */
import type { Limits } from './limits.js';
import type { Accepted, Need } from './needs.js';
import { scaledWeights, type Weights } from './plane.js';

/** What a step costs a request that holds b private blocks in it: step + perBlock·b + what it does by `own` + b × what it does by `held`. */
export interface Price {
  readonly step: number;
  readonly perBlock: number;
  readonly own: Weights;
  readonly held: Weights;
}

/**
 * Least prices, one for each request.
 *
 * A prompt: every token that nobody else computes for it is computed once, in at least ⌈tokens/N⌉ steps that end at its end, N before
 * it, 2N before it … An answer: from g tokens a step that verifies d drafts leads to g + 1 + d where so many are accepted. Its KV
 * then ends at one place whatever was evicted before, so the step is priced as a decode or as a prefill up to that place, of as
 * few or as many tokens as there can be, whichever costs least (in between the price is concave).
 */
export function leastPrices(needs: readonly Need[], accepted: Accepted, limits: Limits, given: Price): Float64Array {
  // Copied, so that all prices have one shape, whoever made them: they are read for every token.
  const { step, perBlock } = given;
  const price = { step, perBlock, own: scaledWeights(given.own, 1), held: scaledWeights(given.held, 1) };
  const rest = new Float64Array(needs.reduce((most, { end }) => Math.max(most, end), 0) + 1);
  const cheapest = decodesCheapest(price.own, price.own, limits);
  const cheapestHeld = decodesCheapest(price.held, heldAgain(price.held, limits), limits);
  const answer = cheapest && cheapestHeld ? decodedAnswer : anyAnswer;
  const total = new Float64Array(needs.length);
  for (let k = 0; k < needs.length; k++)
    total[k] = leastPrompt(needs[k], limits, price) + answer(needs[k], accepted?.[k], limits, price, rest);
  return total;
}

/** Blocks of `tokens` tokens that are nobody else's. */
const privateBlocks = (tokens: number, { shared }: Need, { blocks, blockSize }: Limits): number =>
  blocks === Infinity ? 0 : Math.max(0, Math.ceil(tokens / blockSize) - shared);

function leastPrompt(need: Need, limits: Limits, { step, perBlock, own, held }: Price): number {
  const { prompt, found } = need;
  let total = 0;
  for (let end = prompt; end > found; end -= limits.chunk) {
    const blocks = privateBlocks(end, need, limits);
    total += step + perBlock * blocks + own.perSequence + own.perRead * end;
    total += blocks * (held.perSequence + held.perRead * end);
  }
  total += (prompt - found) * own.perPrefillToken + ((prompt * prompt - found * found) / 2) * own.perWork;
  if (limits.blocks === Infinity || (held.perPrefillToken === 0 && held.perWork === 0)) return total;
  for (let from = found; from < prompt; ) {
    const to = Math.min(prompt, (Math.floor(from / limits.blockSize) + 1) * limits.blockSize);
    const work = ((to * to - from * from) / 2) * held.perWork;
    total += privateBlocks(to, need, limits) * ((to - from) * held.perPrefillToken + work);
    from = to;
  }
  return total;
}

/** Each token by a decode. @param rest at g: what the tokens behind g cost; lent */
function decodedAnswer(
  { prompt, end, shared }: Need,
  drafts: Uint8Array | undefined,
  { blocks: pool, blockSize }: Limits,
  { step, perBlock, own, held }: Price,
  rest: Float64Array,
): number {
  const fixed = step + own.perSequence + own.perDecodeToken;
  const perDraft = own.perDraft + own.perDecodeToken;
  const fixedHeld = perBlock + held.perSequence + held.perDecodeToken;
  const holds = pool !== Infinity && fixedHeld > 0;
  rest[end] = 0;
  for (let g = end - 1; g >= 1; g--) {
    const deepest = drafts === undefined ? 0 : drafts[g];
    const context = prompt + g - 1;
    let micros = fixed + own.perContext * context;
    const heldHere = fixedHeld + held.perContext * context;
    let least = Infinity;
    for (let d = 0; d <= deepest; d++, micros += perDraft) {
      let total = micros + rest[g + 1 + d];
      if (holds) {
        const blocks = Math.ceil((context + 1 + d) / blockSize) - shared;
        if (blocks > 0) total += blocks * (heldHere + held.perDecodeToken * d);
      }
      if (total < least) least = total;
    }
    rest[g] = least;
  }
  return end > 1 ? rest[1] : 0;
}

/** Each token by a decode, or by computing more before it again where that is priced lower. */
function anyAnswer(
  need: Need,
  drafts: Uint8Array | undefined,
  limits: Limits,
  { step, perBlock, own, held }: Price,
  rest: Float64Array,
): number {
  const { prompt, end } = need;
  const again = heldAgain(held, limits);
  rest[end] = 0;
  for (let g = end - 1; g >= 1; g--) {
    rest[g] = Infinity;
    for (let d = 0; d <= (drafts?.[g] ?? 0); d++) {
      const last = prompt + g + d;
      const byBlocks = privateBlocks(last, need, limits) * (perBlock + leastWork(held, again, d, last, limits));
      const total = step + own.perDraft * d + leastWork(own, own, d, last, limits) + byBlocks + rest[g + 1 + d];
      rest[g] = Math.min(rest[g], total);
    }
  }
  return end > 1 ? rest[1] : 0;
}

/**
 * What a block pays for tokens that are computed again. Who must compute all of them may do so in several steps, with fewer
 * blocks in the first ones: over all tokens half as many in the mean, at least.
 */
const heldAgain = (held: Weights, { returns }: Limits): Weights =>
  returns ? held : { ...held, perPrefillToken: held.perPrefillToken / 2, perWork: held.perWork / 2 };

/** No decode is priced above computing more tokens up to the same end. */
function decodesCheapest(w: Weights, again: Weights, limits: Limits): boolean {
  const depths = limits.drafts > 0 ? [0, limits.drafts] : [0]; // concave in between
  return depths.every((d) => {
    for (let last = 2 + d; last <= limits.longest + d; last++)
      if (leastWork(w, again, d, last, limits) < decodeWork(w, d, last)) return false;
    return true;
  });
}

/** What a step does at least that ends at `last` tokens and verifies d drafts. */
function leastWork(w: Weights, again: Weights, d: number, last: number, limits: Limits): number {
  const { chunk, returns } = limits;
  const most = returns ? Math.min(chunk, last) : last;
  const fewest = returns ? Math.min(2 + d, most) : last;
  return Math.min(decodeWork(w, d, last), prefillWork(again, fewest, last), prefillWork(again, most, last));
}

const decodeWork = (w: Weights, d: number, last: number): number =>
  w.perSequence + w.perDecodeToken * (1 + d) + w.perContext * (last - 1 - d);

/** `tokens` tokens up to `last` at once. */
const prefillWork = (w: Weights, tokens: number, last: number): number =>
  w.perSequence + w.perPrefillToken * tokens + w.perWork * (tokens * last - (tokens * tokens) / 2) + w.perRead * last;
