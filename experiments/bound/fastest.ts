/** The fastest run of a request that has the engine for itself: no schedule finishes it sooner after its arrival. */
import { type CostModel, clearShape, createShape } from '../../env/serving/cost/cost.js';
import { leastPrices } from './least.js';
import type { Limits } from './limits.js';
import type { Accepted, Need } from './needs.js';
import { type Plane, weightless } from './plane.js';
import { addDecodes, addDrafts, addPrefills } from './shapes.js';

/**
 * µs of each request, by the planes: every step lasts at least its base and what the request does in it.
 */
export function fastestByPlanes(
  needs: readonly Need[],
  accepted: Accepted,
  limits: Limits,
  planes: readonly Plane[],
): Float64Array {
  const fastest = new Float64Array(needs.length);
  for (const plane of planes) {
    const prices = leastPrices(needs, accepted, limits, {
      step: plane.base,
      perBlock: 0,
      own: plane,
      held: weightless,
    });
    prices.forEach((micros, k) => {
      if (micros > fastest[k]) fastest[k] = micros;
    });
  }
  return fastest;
}

/**
 * µs of each request by the cost itself, where it is monotone: see `notMonotone`. A prompt of several chunks is left to the
 * planes, except for what its answer takes.
 */
export function fastestAlone(
  needs: readonly Need[],
  accepted: Accepted,
  limits: Limits,
  planes: readonly Plane[],
  time: CostModel['iteration'],
): Float64Array {
  const shape = createShape();
  const prompts = needs.map((need) => ({ ...need, end: 1 }));
  const chunked = fastestByPlanes(prompts, null, limits, planes);
  const { decode, decodes } = decodeTimes(time, limits, wholeTimes(limits, planes));
  const prefill = ({ prompt, found }: Need, asked: number): number => {
    clearShape(shape);
    addPrefills(shape, 1, found, prompt - found);
    addDrafts(shape, 1, asked);
    return time(shape);
  };
  const first = (need: Need, k: number, asked: number): number =>
    need.prompt - need.found <= limits.chunk ? prefill(need, asked) : chunked[k];
  return Float64Array.from(needs, (need, k) => {
    const drafts = accepted?.[k];
    if (!drafts) return first(need, k, 0) + decodes(need.prompt, need.end);
    const behind = answerWithDrafts(need, drafts, decode);
    let least = Infinity;
    for (let d = 0; d < behind.length; d++) least = Math.min(least, first(need, k, d) + behind[d]);
    return least;
  });
}

/** By tokens: µs of computing so many from the first on, where they are more than a chunk. */
function wholeTimes(limits: Limits, planes: readonly Plane[]): Float64Array {
  const { chunk, longest, drafts, returns } = limits;
  const times = new Float64Array(longest + drafts + 1);
  if (returns) return times;
  const texts = Array.from({ length: Math.max(0, times.length - 1 - chunk) }, (_, k): Need => {
    return { row: 0, prompt: chunk + 1 + k, end: 1, found: 0, shared: 0 };
  });
  times.set(fastestByPlanes(texts, null, limits, planes), chunk + 1);
  return times;
}

/** Times of steps of one sequence that generates: of one, and of all of an answer without drafts. */
function decodeTimes(time: CostModel['iteration'], limits: Limits, whole: Float64Array) {
  const shape = createShape();
  const decoded = (context: number, drafts: number, asked: number): number => {
    clearShape(shape);
    addDecodes(shape, 1, context, 1 + drafts);
    addDrafts(shape, 1, asked);
    return time(shape);
  };
  /** Computing more tokens up to the same end: the fewest there can be take the least time, and pieces no less than all at once. */
  const again = (last: number, drafts: number, asked: number): number => {
    if (!limits.returns && last > limits.chunk) return whole[last];
    const tokens = limits.returns ? Math.min(2 + drafts, limits.chunk, last) : last;
    clearShape(shape);
    addPrefills(shape, 1, last - tokens, tokens);
    addDrafts(shape, 1, asked);
    return time(shape);
  };
  const decode = (context: number, drafts: number, asked: number): number =>
    Math.min(decoded(context, drafts, asked), again(context + 1 + drafts, drafts, asked));
  const upTo = new Float64Array(limits.longest + 1);
  for (let c = 1; c <= limits.longest; c++) upTo[c] = upTo[c - 1] + decode(c, 0, 0);
  const decodes = (prompt: number, end: number): number => upTo[prompt + end - 2] - upTo[prompt - 1];
  return { decode, decodes };
}

/** By drafts asked for with the first token: µs of the shortest path from there to the end. */
function answerWithDrafts(
  { prompt, end }: Need,
  accepted: Uint8Array,
  decode: (context: number, drafts: number, asked: number) => number,
): Float64Array {
  const width = 1 + accepted.reduce((most, drafts) => Math.max(most, drafts), 0);
  const behind = new Float64Array(end * width); // at g × width + d: d drafts are verified behind g tokens
  for (let g = end - 1; g >= 1; g--) {
    for (let d = 0; d <= accepted[g]; d++) {
      const next = g + 1 + d;
      let least = next < end ? Infinity : decode(prompt + g - 1, d, 0);
      for (let asked = 0; next < end && asked <= accepted[next]; asked++)
        least = Math.min(least, decode(prompt + g - 1, d, asked) + behind[next * width + asked]);
      behind[g * width + d] = least;
    }
  }
  return end > 1 ? behind.subarray(width, width + accepted[1] + 1) : behind.subarray(0, 1);
}
