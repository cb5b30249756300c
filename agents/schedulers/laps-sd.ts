/**
 * LAPS-SD: least attained, then perceived service, for speculative decoding (Li, Chen and Li, IJCAI 2025, arXiv 2505.17074).
 *
 * While a request's acceptance rate A (accepted/proposed drafts) still moves, its time cannot be estimated, and it sinks
 * through levels by attained service. Once A is stable the time it still needs is *perceptible*:
 *
 *     T = remaining/(n·A + 1) · step        n drafts a step, `step` µs a step
 *     level(t) = ⌊log2(t/border + 1)⌋       of T if perceptible, else of the attained service
 *
 * Lowest level first; inside a level the perceptible by smallest T, then the others by the time they entered it.
 *
 * State kept: steps done, running means of A of the last `window` steps, level and time of entry. Information: believed
 * length; acceptance and its stability are what was observed unless `acceptance` or `stable` is 'believed'.
 *
 * The paper's thresholds, stability test and order inside a level were not found: each is a parameter here, and the
 * defaults are ours. Stable: after 16 steps or more the running mean of A moved by less than .05 over the last 8; where sizes
 * vary little, the sign against FCFS hangs on what `settled` takes for moving. Ours is, too: a request never becomes
 * imperceptible again; attained service includes its prompt; one token at least is believed to remain; without drafts A = 0
 * counts as stable. On a batch engine whose memory is short it displaces much: wrap it in `hysteresis` or `limited`.
 */
import { type BatchShape, createShape } from '../../env/serving/cost/cost.js';
import type { BatchDecision, Episode, Ids, RequestId, Scheduler } from '../../env/serving/policy.js';
import type { Micros } from '../../env/time.js';

export interface LapsSdOptions {
  /** Upper border of the lowest level; the others lie at (2^p − 1) times it [100 ms]. */
  readonly border?: Micros;
  /** Number of levels; the last has no upper border [64: more than time can fill]. */
  readonly levels?: number;
  /** Decode steps before A can be stable [16]. */
  readonly minSteps?: number;
  /** A is stable if its running mean moved by less than `tolerance` over this many steps [8]. */
  readonly window?: number;
  /** [0.05] */
  readonly tolerance?: number;
  /**
   * How far the mean moved: largest less smallest of its `window` + 1 last values, or from the first of them to the last, which
   * a mean that went away and came back passes, too ['range'].
   */
  readonly settled?: 'range' | 'ends';
  /** Who says that A is stable: the test above, or the predictor from the first step on ['measured']. */
  readonly stable?: 'measured' | 'believed';
  /** The A of the estimate: the running mean, or the predictor's ['measured']. */
  readonly acceptance?: 'measured' | 'believed';
  /** The time of a step: the mean of the request's own so far, or the believed cost of one alone ['measured']. */
  readonly step?: 'measured' | 'alone';
}

/** Ranks of a level lie this far apart: room for times up to 2^43 µs in each half. */
const LEVEL = 2 ** 44;
/** The half of a level that comes second. */
const IMPERCEPTIBLE = 2 ** 43;

export const lapsSd = (options: LapsSdOptions = {}): Scheduler => {
  let decide: Scheduler['decide'];
  return {
    name: 'laps-sd',
    reset(episode) {
      decide = start(episode, options);
    },
    decide(view, out) {
      decide(view, out);
    },
  };
};

function start(episode: Episode, options: LapsSdOptions): Scheduler['decide'] {
  const { border = 100_000, levels = 64, minSteps = 16, window = 8, tolerance = 0.05, settled = 'range' } = options;
  const { acceptance = 'measured', stable = 'measured', step = 'measured' } = options;
  const { requests, beliefs, cost } = episode;
  const { accepted, proposed, generated, service } = requests;
  const seen = episode.column(Int32Array); // tokens generated when it was last looked at
  const steps = episode.column(Int32Array);
  const promptService = episode.column(Float64Array);
  const perceptible = episode.column(Uint8Array);
  const believedStable = stable === 'believed' ? beliefs.acceptanceStable : null;
  const means = Array.from({ length: window }, () => episode.column(Float64Array)); // a ring by step
  const levelOf = episode.column(Uint8Array);
  const entered = episode.column(Float64Array);
  const stepAlone = step === 'alone' ? episode.column(Float64Array) : null;
  const moving = episode.column(Int32Array); // a list: those whose level moves in this turn
  const alone = createShape();
  const stableFrom = Math.max(minSteps, window + 1);
  // Level p begins at borders[p]; times move by small steps, so the level of the last turn is looked at first.
  const borders = Float64Array.from({ length: levels + 1 }, (_, p) => (p < levels ? border * (2 ** p - 1) : Infinity));

  function level(time: Micros, last: number): number {
    let p = last;
    while (time < borders[p]) p--;
    while (p + 1 < levels && time >= borders[p + 1]) p++;
    return p;
  }

  /** Whether A moved by less than `tolerance` from `before`, `window` steps ago, to now. */
  function hasSettled(r: RequestId, before: number, now: number): boolean {
    if (Math.abs(now - before) >= tolerance) return false;
    if (settled === 'ends') return true;
    let low = before;
    let high = before;
    for (const mean of means) {
      low = Math.min(low, mean[r]);
      high = Math.max(high, mean[r]);
    }
    return high - low < tolerance;
  }

  /** Counts a decode step of an imperceptible request and tests whether A has settled. */
  function observe(r: RequestId): void {
    if (seen[r] === 0) promptService[r] = service[r];
    else {
      const done = ++steps[r];
      const slot = means[done % window];
      const before = slot[r];
      const now = proposed[r] > 0 ? accepted[r] / proposed[r] : 0;
      slot[r] = now;
      if (believedStable) perceptible[r] = believedStable[r];
      else if (done >= stableFrom && hasSettled(r, before, now)) perceptible[r] = 1;
    }
    seen[r] = generated[r];
  }

  function rankByService(r: RequestId, now: Micros, rank: Float64Array): void {
    const last = levelOf[r];
    const own = level(service[r], last);
    if (own !== last) entered[r] = now;
    else if (entered[r] === 0) entered[r] = requests.arrival[r];
    levelOf[r] = own;
    rank[r] = own * LEVEL + IMPERCEPTIBLE + entered[r];
  }

  /** Ranks the perceptible, nearly all of a full batch; whose level moves, its time is left in `rank`. Returns how many. Nothing is called: V8 would read the header of every array anew. */
  function rankByTime({ ids, n }: Ids, { rank, draft }: BatchDecision): number {
    const believed = acceptance === 'believed' ? beliefs.acceptance : null;
    const { length } = beliefs;
    let count = 0;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (perceptible[r] === 0) continue;
      const tokens = generated[r];
      steps[r] += tokens > seen[r] ? 1 : 0;
      seen[r] = tokens;
      const drafts = proposed[r];
      const share = believed ? believed[r] : drafts > 0 ? accepted[r] / drafts : 0;
      const stepTime = stepAlone ? stepAlone[r] : (service[r] - promptService[r]) / steps[r];
      const time = (Math.max(1, length[r] - tokens) / (draft[r] * share + 1)) * stepTime;
      const p = levelOf[r];
      if (time >= borders[p] && time < borders[p + 1]) rank[r] = p * LEVEL + Math.min(time, IMPERCEPTIBLE - 1);
      else {
        rank[r] = time;
        moving[count++] = r;
      }
    }
    return count;
  }

  return ({ changed, now }, out) => {
    const { rank, draft } = out;
    const { ids, n } = changed;
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (perceptible[r] === 0 && generated[r] > seen[r]) observe(r);
      if (perceptible[r] === 0) rankByService(r, now, rank);
      else if (stepAlone) stepAlone[r] = cost.iteration(oneDecode(alone, draft[r], requests.known[r]));
    }
    const count = rankByTime(changed, out);
    for (let k = 0; k < count; k++) {
      const r = moving[k];
      const own = level(rank[r], levelOf[r]);
      levelOf[r] = own;
      rank[r] = own * LEVEL + Math.min(rank[r], IMPERCEPTIBLE - 1);
    }
  };
}

/** The batch of one request that verifies `drafts` drafts and asks for as many. */
function oneDecode(shape: BatchShape, drafts: number, context: number): BatchShape {
  shape.sequences = 1;
  shape.tokens = 1 + drafts;
  shape.decodeTokens = 1 + drafts;
  shape.decodes = 1;
  shape.context = context;
  shape.draftDepth = drafts;
  shape.draftTokens = drafts;
  return shape;
}
