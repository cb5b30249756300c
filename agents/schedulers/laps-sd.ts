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
 * length; acceptance is what was observed unless `acceptance: 'believed'`.
 *
 * The paper's thresholds, stability test and order inside a level were not found: each is a parameter here, and the
 * defaults are ours. So is: a request never becomes imperceptible again; attained service includes its prompt; one token
 * at least is believed to remain; without drafts A = 0 counts as stable. On a batch engine whose memory is short it
 * displaces much: wrap it in `hysteresis` or `limited`.
 */
import { type BatchShape, createShape } from '../../env/serving/cost/cost.js';
import type { Episode, RequestId, Scheduler } from '../../env/serving/policy.js';
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
  const { border = 100_000, levels = 64, minSteps = 16, window = 8, tolerance = 0.05 } = options;
  const { acceptance = 'measured', step = 'measured' } = options;
  const { accepted, proposed, generated, service, known, arrival } = episode.requests;
  const { beliefs, cost } = episode;
  const seen = episode.column(Int32Array); // tokens generated when it was last looked at
  const steps = episode.column(Int32Array);
  const promptService = episode.column(Float64Array);
  const perceptible = episode.column(Uint8Array);
  const means = Array.from({ length: window }, () => episode.column(Float64Array)); // a ring by step
  const levelOf = episode.column(Uint8Array);
  const entered = episode.column(Float64Array);
  const alone = createShape();
  const stableFrom = Math.max(minSteps, window + 1);
  // Level p begins at borders[p]; times move by small steps, so the level of the last turn is looked at first.
  const borders = Float64Array.from({ length: levels }, (_, p) => border * (2 ** p - 1));

  function level(time: Micros, last: number): number {
    let p = last;
    while (time < borders[p]) p--;
    while (p + 1 < levels && time >= borders[p + 1]) p++;
    return p;
  }

  /** Accepted/proposed drafts of r so far. */
  const mean = (r: RequestId): number => (proposed[r] > 0 ? accepted[r] / proposed[r] : 0);

  /** Counts a decode step and tests whether A has settled. */
  function observe(r: RequestId): void {
    if (seen[r] === 0) promptService[r] = service[r];
    else {
      const done = ++steps[r];
      if (perceptible[r] === 0) {
        const slot = means[done % window];
        const before = slot[r];
        const now = mean(r);
        slot[r] = now;
        if (done >= stableFrom && Math.abs(now - before) < tolerance) perceptible[r] = 1;
      }
    }
    seen[r] = generated[r];
  }

  /** µs that r still needs. */
  function estimate(r: RequestId, drafts: number): Micros {
    const tokensPerStep = drafts * (acceptance === 'measured' ? mean(r) : beliefs.acceptance[r]) + 1;
    const time =
      step === 'measured'
        ? (service[r] - promptService[r]) / steps[r]
        : cost.iteration(oneDecode(alone, drafts, known[r]));
    return (Math.max(1, beliefs.length[r] - generated[r]) / tokensPerStep) * time;
  }

  return ({ changed: { ids, n }, now }, { rank, draft }) => {
    for (let k = 0; k < n; k++) {
      const r = ids[k];
      if (generated[r] > seen[r]) observe(r);
      const last = levelOf[r];
      if (perceptible[r] === 1) {
        const time = estimate(r, draft[r]);
        const own = level(time, last);
        levelOf[r] = own;
        rank[r] = own * LEVEL + Math.min(time, IMPERCEPTIBLE - 1);
      } else {
        const own = level(service[r], last);
        if (own !== last) entered[r] = now;
        else if (entered[r] === 0) entered[r] = arrival[r];
        levelOf[r] = own;
        rank[r] = own * LEVEL + IMPERCEPTIBLE + entered[r];
      }
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
