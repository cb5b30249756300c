/**
 * What an episode came to. Times are µs; a figure of which nothing was measured is NaN.
 *
 * **Requests unfinished at the horizon** are censored. They are counted (`requests.unfinished`) and what they have shown so
 * far counts: first batch, first token, gaps between tokens, time without service. Their JCT, TPOT and slowdown are not
 * known, so those distributions are of the finished alone, and `censored` says what that leaves out. Requests that
 * arrive after the end are nowhere.
 *
 * **Aborted and rejected requests** show what they have shown, never finish, and have missed their objectives.
 */
import type { Micros } from '../time.js';
import { createAlone } from './alone.js';
import type { Measured } from './measured.js';
import type { Replica } from './replica.js';
import { broken, type Slo } from './slo.js';
import { createSeries, push, type Series, type Spread, spreadOf, spreadOfHistogram, sumOf } from './spread.js';
import { createTotals } from './totals.js';

export interface Summary {
  /** arrived = finished + aborted (left unserved) + rejected (could never fit) + unfinished (still here). */
  readonly requests: {
    readonly arrived: number;
    readonly finished: number;
    readonly aborted: number;
    readonly rejected: number;
    readonly unfinished: number;
  };
  /** First arrival to the end of the episode, or to now. All rates and time averages are over it. */
  readonly span: Micros;
  /** Time to first token: arrival to first token. */
  readonly ttft: Spread;
  /** Time per output token: (last token − first token) ÷ (generated − 1), of the finished with at least 2 tokens. */
  readonly tpot: Spread;
  /**
   * Time between tokens (inter-token latency) over all tokens of all requests: the gap between two updates of a request
   * that follow each other. Tokens that come in one update, as accepted drafts do, share its gap, so a request with u
   * updates has u − 1 gaps, and TTFT + Σ gaps = JCT. Quantiles to 1/256 of themselves, the rest exact.
   */
  readonly tbt: Spread;
  /** Job completion time: arrival to last token. */
  readonly jct: Spread;
  /** Arrival to the start of the first iteration that computes a token of it (asynchronous: the start on the device). */
  readonly schedulingDelay: Spread;
  /** JCT ÷ time alone on the same engine (alone.ts), a ratio. A warm prefix cache or another γ can bring it below 1. */
  readonly slowdown: Spread;
  /** What the unfinished leave out of `jct`. */
  readonly censored: {
    readonly count: number;
    /** Their mean time here so far. */
    readonly meanElapsed: number;
    /** A lower bound of the mean JCT of finished and unfinished together: (Σ JCT + Σ elapsed) ÷ their number. */
    readonly meanJctAtLeast: number;
  };
  readonly throughput: {
    /** Finished requests. */
    readonly requestsPerSecond: number;
    /** Generated tokens of all requests. */
    readonly outputTokensPerSecond: number;
    /** Tokens computed: prompts, answers, drafts and recomputed tokens. */
    readonly computedTokensPerSecond: number;
  };
  /** Requests per second that finished and kept every promise of their class, and their deadline. */
  readonly goodput: number;
  /** These ÷ all whose case is decided: who left, and who is still here but has broken a promise already. */
  readonly sloAttainment: number;
  /** Times a resident request lost its seat and kept its blocks. */
  readonly pauses: number;
  /** Times a request lost its blocks. */
  readonly evictions: number;
  /** Of these, copied to the host; copied back; KV blocks copied both ways. */
  readonly swaps: { readonly out: number; readonly back: number; readonly blocks: number };
  /** Tokens computed again after evictions. */
  readonly recomputedTokens: number;
  /** Prompt tokens found in the prefix cache. */
  readonly hitTokens: number;
  /** Held requests served because nothing else could ever happen. */
  readonly forced: number;
  readonly iterations: number;
  /** Times the policy was asked. */
  readonly turns: number;
  /** Blocks in use ÷ blocks of the pool: time average and maximum. Cached blocks of nobody are free. 0 without a limit. */
  readonly kvUse: { readonly mean: number; readonly max: number };
  /** Sequences in an iteration: mean over iterations, maximum. */
  readonly batchSize: { readonly mean: number; readonly max: number };
  /** Time average of the requests in the system: ∫N dt ÷ span. */
  readonly inSystem: number;
  /** Share of the span in which an iteration was under way. */
  readonly busy: number;
  /** Share of Σ JCT not spent in batches: 1 − Σ service ÷ Σ JCT, of the finished. */
  readonly waitingShare: number;
  /** Draft tokens verified, and accepted among them. */
  readonly drafts: { readonly proposed: number; readonly accepted: number };
  readonly fairness: {
    /**
     * Jain's index (Jain, Chiu and Hawe 1984) of the speeds x = 1 ÷ slowdown of the finished: (Σ x)² ÷ (n Σ x²). 1: everyone
     * was slowed alike; 1/n: one had everything.
     */
    readonly jain: number;
    /** Longest time for which a request that was here was in no batch: before its first, between two, or until it left. */
    readonly longestStarvation: Micros;
  };
}

/** What the unfinished add. */
interface Unfinished {
  count: number;
  elapsed: number;
  broken: number;
  proposed: number;
  accepted: number;
  starvation: number;
}

function lookAtUnfinished(s: Replica, served: Float64Array, slo: readonly Slo[]): Unfinished {
  const { requests, hidden, live, now } = s;
  const sums = { count: live.n, elapsed: 0, broken: 0, proposed: 0, accepted: 0, starvation: 0 };
  for (let k = 0; k < live.n; k++) {
    const r = live.ids[k];
    sums.elapsed += now - requests.arrival[r];
    if (broken(s, r, now, slo[requests.slo[r]] ?? {})) sums.broken++;
    sums.proposed += requests.proposed[r];
    sums.accepted += requests.accepted[r];
    const inFlight = s.flight !== null && hidden.pending[r] > 0;
    if (!inFlight) sums.starvation = Math.max(sums.starvation, now - Math.max(requests.lastToken[r], served[r]));
  }
  return sums;
}

/** JCT ÷ time alone of every finished request. */
function slowdowns({ jct, row, prompt, declared, end }: Measured['lists'], s: Replica): Series {
  const alone = createAlone(s.rules, s.cost, s.acceptance);
  const list = createSeries(Math.max(1, jct.n));
  for (let k = 0; k < jct.n; k++) {
    const time = alone({
      row: row.values[k],
      prompt: prompt.values[k],
      declared: declared.values[k],
      end: end.values[k],
    });
    push(list, jct.values[k] === time ? 1 : jct.values[k] / time);
  }
  return list;
}

/** Jain's index of the speeds 1 ÷ slowdown: `Summary.fairness`. */
export function jainOf({ values, n }: Series): number {
  let sum = 0;
  let squares = 0;
  for (let k = 0; k < n; k++) {
    const speed = 1 / values[k];
    sum += speed;
    squares += speed * speed;
  }
  return (sum * sum) / (n * squares);
}

/** `s` is null if the engine has not told anything yet. */
export function summarise(measured: Measured, s: Replica | null, slo: readonly Slo[]): Summary {
  const { tally, lists, before, kv } = measured;
  const totals = s ? s.totals : createTotals();
  const now = s ? s.now : 0;
  const open = s
    ? lookAtUnfinished(s, measured.served, slo)
    : { count: 0, elapsed: 0, broken: 0, proposed: 0, accepted: 0, starvation: 0 };
  const slowdown = s ? slowdowns(lists, s) : createSeries();
  const blocks = s ? s.rules.blocks : Infinity;
  const span = tally.start < 0 ? 0 : now - tally.start;
  const perSecond = (count: number): number => (count * 1e6) / span;
  const since = (total: keyof typeof totals): number => totals[total] - before[total];
  const jct = sumOf(lists.jct);
  const left = tally.finished + tally.aborted + tally.rejected;
  const kvArea = kv.area + kv.standing * (now - kv.clock);
  return {
    requests: {
      arrived: tally.arrived,
      finished: tally.finished,
      aborted: tally.aborted,
      rejected: tally.rejected,
      unfinished: open.count,
    },
    span,
    ttft: spreadOf(lists.ttft),
    tpot: spreadOf(lists.tpot),
    tbt: spreadOfHistogram(measured.tbt),
    jct: spreadOf(lists.jct),
    schedulingDelay: spreadOf(lists.delay),
    slowdown: spreadOf(slowdown),
    censored: {
      count: open.count,
      meanElapsed: open.elapsed / open.count,
      meanJctAtLeast: (jct + open.elapsed) / (tally.finished + open.count),
    },
    throughput: {
      requestsPerSecond: perSecond(tally.finished),
      outputTokensPerSecond: perSecond(since('generatedTokens')),
      computedTokensPerSecond: perSecond(since('scheduledTokens')),
    },
    goodput: perSecond(tally.met),
    sloAttainment: tally.met / (left + open.broken),
    pauses: since('pauses'),
    evictions: since('evictions'),
    swaps: { out: since('swapsOut'), back: since('swapsIn'), blocks: since('swappedBlocks') },
    recomputedTokens: since('recomputedTokens'),
    hitTokens: since('hitTokens'),
    forced: since('forced'),
    iterations: since('iterations'),
    turns: since('turns'),
    kvUse: { mean: kvArea / (blocks * span), max: kv.most / blocks },
    batchSize: { mean: since('sequenceSteps') / since('iterations'), max: tally.largestBatch },
    inSystem: since('areaInSystem') / span,
    busy: since('busy') / span,
    waitingShare: 1 - tally.service / jct,
    drafts: { proposed: tally.proposed + open.proposed, accepted: tally.accepted + open.accepted },
    fairness: { jain: jainOf(slowdown), longestStarvation: Math.max(tally.starvation, open.starvation) },
  };
}
