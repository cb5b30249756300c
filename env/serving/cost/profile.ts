/**
 * Iteration time from an operator profile: what each operator of a model took on a GPU, for so many tokens or sequences and so much
 * attention. The times of all calls are added up; nothing is fitted. How values between and beyond the measured ones are found
 * is told in profile-grid.ts; files of profiles in profile-files.ts.
 */
import { type BatchShape, type CostModel, type CpuCost, type DraftCost, noCpu, noDraftCost } from './cost.js';
import { createGrid, type Grid, valueAt } from './profile-grid.js';

/** An operator that is called `calls` times in an iteration; the points are [tokens or sequences, µs of one call]. */
export interface Operator {
  readonly name: string;
  readonly calls: number;
  readonly points: readonly (readonly [count: number, micros: number])[];
}

/**
 * µs of one call for a chunk of `prefill` tokens behind `prefillContext` computed ones, together with `decodes` sequences
 * that each read `decodeContext` tokens. 0 tokens = no prefill, 0 decodes = none.
 */
export type AttentionPoint = readonly [
  prefill: number,
  prefillContext: number,
  decodes: number,
  decodeContext: number,
  micros: number,
];

export interface OperatorProfile {
  readonly name: string;
  /** Called with all tokens of the batch: projections, feed-forward, norms, embedding. */
  readonly byTokens: readonly Operator[];
  /** Called with the rows that are sampled: output head, sampler. */
  readonly bySequences: readonly Operator[];
  readonly attention: { readonly calls: number; readonly points: readonly AttentionPoint[] };
}

export interface ProfileOptions {
  readonly cpu?: CpuCost;
  readonly draft?: DraftCost;
  /** µs of every iteration that no operator contains and nothing hides, a0 + a1·B: gaps between kernels, input and output [0]. */
  readonly exposed?: CpuCost;
}

/**
 * The cost model of an operator profile.
 *
 * A batch is looked up so: dense operators by its tokens; the output head by the rows that need logits, one a sequence and one
 * a draft; attention by all prefill tokens P as one chunk, whose context is that which gives Σ q·(c + q/2) query-key pairs (several short
 * prompts have fewer pairs than one chunk of P from empty: then by the chunk from empty with as many pairs), and by the
 * number of decoding sequences at their mean context. A verification reads its sequence's context once, like a decode.
 * A profile without mixed points adds prefill and decode attention.
 * @throws Error naming the operator that has no point, or two at one place
 */
export function profileCost(profile: OperatorProfile, options: ProfileOptions = {}): CostModel {
  const { cpu = noCpu, draft = noDraftCost, exposed = noCpu } = options;
  const byTokens = summed(profile.byTokens);
  const bySequences = summed(profile.bySequences);
  const attention = attentionTime(profile);
  const deviceTime = (s: BatchShape): number =>
    s.tokens === 0
      ? 0
      : exposed.a0 +
        exposed.a1 * s.sequences +
        byTokens(s.tokens) +
        bySequences(s.decodeTokens + s.prefills) +
        attention(s) +
        draft.perDepth * s.draftDepth +
        draft.perToken * s.draftTokens;
  const cpuTime = (s: BatchShape): number => cpu.a0 + cpu.a1 * s.sequences;
  return {
    name: profile.name,
    iteration: (s) => Math.floor(cpuTime(s) + deviceTime(s) + 0.5),
    cpu: (s) => Math.floor(cpuTime(s) + 0.5),
    device: (s) => Math.floor(deviceTime(s) + 0.5),
  };
}

/** Largest count that is tabulated. */
const TABLE_END = 1 << 15;

/** All operators of one kind: a table up to the largest count that any of them was measured with, and one line beyond. */
function summed(operators: readonly Operator[]): (count: number) => number {
  if (operators.length === 0) return () => 0;
  const grids = operators.map(gridOf);
  const point = new Float64Array(1);
  const exact = (count: number): number => {
    point[0] = count;
    return operators.reduce((sum, { calls }, k) => sum + calls * Math.max(0, valueAt(grids[k], point)), 0);
  };
  const last = Math.max(...operators.flatMap(({ points }) => points.map(([count]) => count)));
  const end = Math.min(TABLE_END, Math.ceil(last));
  const table = Float64Array.from({ length: end + 1 }, (_, count) => (count === 0 ? 0 : exact(count)));
  return (count) => (count <= end ? table[count] : exact(count));
}

function gridOf({ name, points }: Operator): Grid {
  if (points.length === 0) throw new Error(`${name} has no measured time`);
  try {
    return createGrid(points);
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`);
  }
}

/** µs of all attention calls of a batch. */
function attentionTime({ attention: { calls, points } }: OperatorProfile): (s: BatchShape) => number {
  if (points.length === 0) throw new Error('attention has no measured time');
  const mixed = points.some(([prefill, , decodes]) => prefill > 0 && decodes > 0);
  const alone = points.filter(([prefill]) => prefill === 0);
  const whole = mixed ? attentionGrid(points) : null;
  const prefills = mixed ? null : attentionGrid(points.filter(([prefill]) => prefill > 0));
  const decodes = decodeTime(whole ?? attentionGrid(alone), alone);
  const point = new Float64Array(4);
  const withPrefill = (grid: Grid, s: BatchShape): number => {
    const context = s.prefillWork / s.prefillTokens - s.prefillTokens / 2;
    point[0] = context < 0 ? Math.sqrt(2 * s.prefillWork) : s.prefillTokens;
    point[1] = whole ? s.decodes : 0;
    point[2] = Math.max(0, context);
    point[3] = whole && s.decodes > 0 ? s.context / s.decodes : 0;
    return Math.max(0, valueAt(grid, point));
  };
  return (s) => {
    if (s.prefillTokens === 0) return s.decodes > 0 ? calls * decodes(s.decodes, s.context / s.decodes) : 0;
    if (whole) return calls * withPrefill(whole, s);
    const prefill = prefills ? withPrefill(prefills, s) : 0;
    return calls * (prefill + (s.decodes > 0 ? decodes(s.decodes, s.context / s.decodes) : 0));
  };
}

/** Sequences before contexts: each pair of chunk and sequences has its own grid of contexts. */
function attentionGrid(points: readonly AttentionPoint[]): Grid | null {
  if (points.length === 0) return null;
  try {
    return createGrid(points.map(([prefill, context, decodes, kv, micros]) => [prefill, decodes, context, kv, micros]));
  } catch (error) {
    throw new Error(`attention (prefill, decodes, prefill context, decode context): ${(error as Error).message}`);
  }
}

/** Most sequences for which a row is kept. */
const ROWS_END = 1 << 12;

/** µs of one call for decodes alone. Most iterations are such: at each number of sequences the time is kept at every context that was measured. */
function decodeTime(
  grid: Grid | null,
  points: readonly AttentionPoint[],
): (decodes: number, context: number) => number {
  if (!grid) return () => 0;
  const knots = Float64Array.from(new Set(points.map(([, , , context]) => context))).sort();
  const last = knots.length - 1;
  const rows: (Float64Array | undefined)[] = new Array(ROWS_END);
  const point = new Float64Array(4);
  const exact = (decodes: number, context: number): number => {
    point[1] = decodes;
    point[3] = context;
    return Math.max(0, valueAt(grid, point));
  };
  return (decodes, context) => {
    if (!(context >= knots[0] && context < knots[last]) || decodes >= ROWS_END) return exact(decodes, context);
    rows[decodes] ??= knots.map((knot) => exact(decodes, knot));
    const row = rows[decodes];
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (knots[middle] <= context) low = middle;
      else high = middle;
    }
    return row[low] + ((context - knots[low]) / (knots[high] - knots[low])) * (row[high] - row[low]);
  };
}
