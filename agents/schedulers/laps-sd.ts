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
import type { Column } from '../../env/serving/columns.js';
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
  const moving = episode.column(Int32Array); // a list: those who are looked at one by one in this turn
  const believed = acceptance === 'believed';
  const hits: Column = believed ? beliefs.acceptance : accepted; // of `proposed` drafts, or of one
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

  function rankByTime(r: RequestId, { rank, draft }: BatchDecision): void {
    if (generated[r] > seen[r]) steps[r]++;
    seen[r] = generated[r];
    const left = beliefs.length[r] - generated[r];
    const stepTime = stepAlone ? stepAlone[r] : (service[r] - promptService[r]) / steps[r];
    const time = timeOf(left, draft[r], hits[r], believed ? 1 : proposed[r], stepTime);
    const own = level(time, levelOf[r]);
    levelOf[r] = own;
    rank[r] = own * LEVEL + Math.min(time, IMPERCEPTIBLE - 1);
  }

  /**
   * The same for the perceptible whose level stays, nearly all of a full batch; the others are listed in `moving`. Four a
   * time, and nothing is called that V8 does not inline: it reads the headers of all arrays anew at every turn of a loop.
   * @returns how many are listed
   */
  function rankStaying({ ids, n }: Ids, { rank, draft }: BatchDecision): number {
    const { length } = beliefs;
    let count = 0;
    let k = 0;
    for (; k + 3 < n; k += 4) {
      const a = ids[k];
      const b = ids[k + 1];
      const c = ids[k + 2];
      const d = ids[k + 3];
      const tokensA = generated[a];
      const tokensB = generated[b];
      const tokensC = generated[c];
      const tokensD = generated[d];
      const clearA = perceptible[a] !== 0;
      const clearB = perceptible[b] !== 0;
      const clearC = perceptible[c] !== 0;
      const clearD = perceptible[d] !== 0;
      const stepsA = (steps[a] + (clearA && tokensA > seen[a] ? 1 : 0)) | 0;
      const stepsB = (steps[b] + (clearB && tokensB > seen[b] ? 1 : 0)) | 0;
      const stepsC = (steps[c] + (clearC && tokensC > seen[c] ? 1 : 0)) | 0;
      const stepsD = (steps[d] + (clearD && tokensD > seen[d] ? 1 : 0)) | 0;
      steps[a] = stepsA;
      steps[b] = stepsB;
      steps[c] = stepsC;
      steps[d] = stepsD;
      seen[a] = clearA ? tokensA : seen[a];
      seen[b] = clearB ? tokensB : seen[b];
      seen[c] = clearC ? tokensC : seen[c];
      seen[d] = clearD ? tokensD : seen[d];
      const stepA = stepAlone ? stepAlone[a] : (service[a] - promptService[a]) / stepsA;
      const stepB = stepAlone ? stepAlone[b] : (service[b] - promptService[b]) / stepsB;
      const stepC = stepAlone ? stepAlone[c] : (service[c] - promptService[c]) / stepsC;
      const stepD = stepAlone ? stepAlone[d] : (service[d] - promptService[d]) / stepsD;
      const timeA = timeOf(length[a] - tokensA, draft[a], hits[a], believed ? 1 : proposed[a], stepA);
      const timeB = timeOf(length[b] - tokensB, draft[b], hits[b], believed ? 1 : proposed[b], stepB);
      const timeC = timeOf(length[c] - tokensC, draft[c], hits[c], believed ? 1 : proposed[c], stepC);
      const timeD = timeOf(length[d] - tokensD, draft[d], hits[d], believed ? 1 : proposed[d], stepD);
      const pA = levelOf[a];
      const pB = levelOf[b];
      const pC = levelOf[c];
      const pD = levelOf[d];
      rank[a] = pA * LEVEL + Math.min(timeA, IMPERCEPTIBLE - 1);
      rank[b] = pB * LEVEL + Math.min(timeB, IMPERCEPTIBLE - 1);
      rank[c] = pC * LEVEL + Math.min(timeC, IMPERCEPTIBLE - 1);
      rank[d] = pD * LEVEL + Math.min(timeD, IMPERCEPTIBLE - 1);
      moving[count] = a;
      count += clearA && timeA >= borders[pA] && timeA < borders[pA + 1] ? 0 : 1;
      moving[count] = b;
      count += clearB && timeB >= borders[pB] && timeB < borders[pB + 1] ? 0 : 1;
      moving[count] = c;
      count += clearC && timeC >= borders[pC] && timeC < borders[pC + 1] ? 0 : 1;
      moving[count] = d;
      count += clearD && timeD >= borders[pD] && timeD < borders[pD + 1] ? 0 : 1;
    }
    for (; k < n; k++) moving[count++] = ids[k];
    return count;
  }

  return ({ changed, now }, out) => {
    const { rank, draft } = out;
    if (stepAlone) {
      const { ids, n } = changed;
      for (let k = 0; k < n; k++) {
        stepAlone[ids[k]] = cost.iteration(oneDecode(alone, draft[ids[k]], requests.known[ids[k]]));
      }
    }
    const count = rankStaying(changed, out);
    for (let k = 0; k < count; k++) {
      const r = moving[k];
      if (perceptible[r] === 0 && generated[r] > seen[r]) observe(r);
      if (perceptible[r] === 0) rankByService(r, now, rank);
      else rankByTime(r, out);
    }
  };
}

/** T of a request: remaining/(n·A + 1) · step. */
const timeOf = (remaining: number, drafts: number, accepted: number, proposed: number, step: Micros): Micros =>
  (Math.max(1, remaining) / (drafts * (proposed > 0 ? accepted / proposed : 0) + 1)) * step;

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
