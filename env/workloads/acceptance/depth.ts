/** Acceptance of drafts as an EAGLE head has it: it differs between requests, drifts within one, and comes in good and bad stretches. */
import { normal } from '../../distributions.js';
import { type Luck, luck, type Seed, stream } from '../../random.js';
import { derived } from '../derived.js';
import type { Acceptance } from './acceptance.js';
import { replayedAcceptance } from './replayed.js';
import { KEPT_BYTES, type KeyedLengths, requestLists, restart } from './request-lists.js';

/** Parameters of the depth generator; names and values are those of `derived/acceptance.json`, where the method is written down. */
export interface DepthParameters {
  /** Logit of accepting the draft at depth m = 1, 2, …; deeper ones use the last value. */
  readonly beta: readonly number[];
  /** Deepest draft that can be accepted. */
  readonly max_draft: number;
  readonly sigma_request: number;
  readonly sigma_slow: number;
  readonly tau_slow_tokens: number;
  readonly sigma_fast: number;
  readonly tau_fast_tokens: number;
  readonly gamma_drift: number;
  readonly p0_tokens: number;
  readonly rho_log_length: number;
  readonly w_shared: number;
  readonly h_ramp_tokens: number;
  readonly log_output_length: { readonly mean: number; readonly sd: number };
}

/** The fitted parameter sets: Llama-3.1-8B with an EAGLE draft on ShareGPT and on GSM8K (SpecDecode-Bench, arXiv 2601.11580). */
export function eagleParameters(set: 'sharegpt' | 'gsm8k' = 'sharegpt'): DepthParameters {
  return derived<{ sets: Record<string, { eagle: { model: DepthParameters } }> }>('acceptance').sets[set].eagle.model;
}

/**
 * Acceptance from the depth generator. A verification that starts at output position i accepts the draft at depth m with
 * probability logistic(β_m + Z_p), p = i + m, one depth after another until one is refused. Z_p is the request's own level, a slow
 * and a fast AR(1) process over output positions, and a drift upwards; with probability `w_shared` the uniform that decides is
 * the position's own, the same for every verification that reaches p.
 *
 * Luck is keyed: every draw is a function of (seed, key, position, depth). What a verification at i accepts of k drafts is
 * therefore min(k, a fixed number of the request and i), whatever happened to the request before; a request's numbers fit
 * one byte a token, and are made when the first of them is asked for.
 * @param workload keys and true output lengths by row (longer answers accept slightly more)
 * @param keptBytes room for lists, see `requestLists`
 */
export function depthAcceptance(
  workload: KeyedLengths,
  seed: Seed,
  parameters: DepthParameters = eagleParameters(),
  keptBytes: number = KEPT_BYTES,
): Acceptance {
  const lists = requestLists(workload, depthGenerator(seed, parameters), keptBytes);
  return { ...replayedAcceptance(lists), name: 'depth' };
}

/** Makes the list of one request: tokens that a verification from each output position commits with unlimited drafts. */
function depthGenerator(seed: Seed, parameters: DepthParameters): (key: number, outputTokens: number) => Uint8Array {
  const { beta, max_draft, w_shared } = parameters;
  const decide: Luck = luck(seed, 'acceptance');
  const level = levels(seed, parameters);
  return (key, outputTokens) => {
    const { z, shared } = level(key, outputTokens, outputTokens + max_draft);
    const commits = new Uint8Array(outputTokens);
    for (let i = 0; i < outputTokens; i++) {
      let m = 1;
      while (m <= max_draft) {
        const p = i + m;
        const choice = decide(key, i * 32 + m);
        // If the choice falls on a fresh uniform, what is left of the draw is that uniform.
        const excess = choice < w_shared ? shared[p] : logit((choice - w_shared) / (1 - w_shared)) - z[p];
        if (excess >= beta[Math.min(m, beta.length) - 1]) break;
        m++;
      }
      commits[i] = m;
    }
    return commits;
  };
}

/** By output position p. A draft is accepted if U < logistic(β + Z), which is logit(U) − Z < β. */
interface Levels {
  readonly z: Float64Array;
  /** logit(U_p) − Z_p for the position's own uniform. */
  readonly shared: Float64Array;
}

/** The levels of a request at positions 0 … last; the arrays are lent until the next call. */
function levels(seed: Seed, q: DepthParameters): (key: number, outputTokens: number, last: number) => Levels {
  const own = luck(seed, 'acceptance of requests');
  const noise = stream(seed, 'acceptance over positions'); // begins anew at every request, from a state that is its own
  const slowKeeps = Math.exp(-1 / q.tau_slow_tokens);
  const slowTakes = Math.sqrt(1 - slowKeeps * slowKeeps);
  const fastKeeps = Math.exp(-1 / q.tau_fast_tokens);
  const fastTakes = Math.sqrt(1 - fastKeeps * fastKeeps);
  const { mean, sd } = q.log_output_length;
  const rest = Math.sqrt(1 - q.rho_log_length * q.rho_log_length);
  let z = new Float64Array(0);
  let shared = z;
  let ramp = z;
  let drift = z;

  return (key, outputTokens, last) => {
    if (z.length <= last) grow(2 * last + 1);
    const zLength = (Math.log(outputTokens) - mean) / sd;
    const theta = q.sigma_request * (q.rho_log_length * zLength + rest * normal(own(key, 0), own(key, 1)));
    restart(noise, own, key, 2);
    let slow = 0;
    let fast = 0;
    for (let p = 0; p <= last; p++) {
      // Two independent normals from a point in the unit disc (Marsaglia's polar method).
      let x: number;
      let y: number;
      let s: number;
      do {
        x = 2 * noise.next() - 1;
        y = 2 * noise.next() - 1;
        s = x * x + y * y;
      } while (s >= 1 || s === 0);
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      slow = p === 0 ? scale * x : slowKeeps * slow + slowTakes * scale * x;
      fast = p === 0 ? scale * y : fastKeeps * fast + fastTakes * scale * y;
      z[p] = (theta + q.sigma_slow * slow) * ramp[p] + q.sigma_fast * fast + drift[p];
      shared[p] = logit(noise.next()) - z[p];
    }
    return { z, shared };
  };

  function grow(room: number): void {
    z = new Float64Array(room);
    shared = new Float64Array(room);
    ramp = new Float64Array(room).map((_, p) => (p + 1) / (p + 1 + q.h_ramp_tokens));
    drift = new Float64Array(room).map((_, p) => q.gamma_drift * Math.min(4, Math.log2((p + q.p0_tokens) / 128)));
  }
}

const logit = (u: number): number => Math.log(u / (1 - u));
