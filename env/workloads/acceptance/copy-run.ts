/** Acceptance of an n-gram proposer, which copies passages from prompt and answer: rare, in runs, and not at all in between. */
import { normal } from '../../distributions.js';
import { luck, type Seed, stream } from '../../random.js';
import { derived } from '../derived.js';
import type { Acceptance } from './acceptance.js';
import { beta } from './beta.js';
import { replayedAcceptance } from './replayed.js';
import { KEPT_BYTES, type KeyedLengths, requestLists, restart } from './request-lists.js';

/** Parameters of the copy-run generator; names and values are those of `derived/acceptance.json`, where the method is written down. */
export interface CopyRunParameters {
  /** Logit of a run starting at a position: mean, spread over requests, drift per doubling of the position. */
  readonly mu_entry: number;
  readonly sigma_entry: number;
  readonly gamma_entry: number;
  readonly p0_tokens: number;
  /** Added to it right behind a run. */
  readonly after_run_logit: number;
  /** Logit of one more token that matches, likewise; within a request it varies as a Beta of size `kappa`. */
  readonly mu_continue: number;
  readonly sigma_continue: number;
  readonly gamma_continue: number;
  readonly kappa: number;
  readonly rho_entry_continue: number;
  readonly rho_log_length: number;
  /** Most tokens that one verification commits. */
  readonly max_commit: number;
  readonly log_output_length: { readonly mean: number; readonly sd: number };
}

/** The fitted parameter sets: Llama-3.1-8B with an n-gram proposer on ShareGPT and on GSM8K (SpecDecode-Bench, arXiv 2601.11580). */
export function ngramParameters(set: 'sharegpt' | 'gsm8k' = 'sharegpt'): CopyRunParameters {
  return derived<{ sets: Record<string, { ngram: { model: CopyRunParameters } }> }>('acceptance').sets[set].ngram.model;
}

/**
 * Acceptance from the copy-run generator. The answer is walked through once from its start: at each position a run begins
 * with a probability that is the request's own and drifts; a run of n matching tokens covers positions i … i + n, where a
 * verification that starts at i + j commits n − j + 1 tokens at most. So neighbouring starts share one run, and what a
 * verification yields is a fixed function of (seed, key, position), whatever happened to the request before.
 *
 * The normal behind a request's readiness to start a run is the one behind its level in the depth generator of the same seed:
 * who is easy for one proposer is easier for the other. Request means then correlate by .23 (ShareGPT) and .28 (GSM8K);
 * recorded are .45 and .36, and no sharing of this one normal comes nearer.
 *
 * Between runs the proposer finds nothing and offers nothing; at the end of one it offers drafts that are refused.
 * @param workload keys and true output lengths by row (longer answers repeat more)
 * @param keptBytes room for lists, see `requestLists`
 */
export function copyRunAcceptance(
  workload: KeyedLengths,
  seed: Seed,
  parameters: CopyRunParameters = ngramParameters(),
  keptBytes: number = KEPT_BYTES,
): Acceptance {
  const lists = requestLists(workload, copyRunGenerator(seed, parameters), keptBytes);
  return { ...replayedAcceptance(lists, 'while-copying'), name: 'copy-run' };
}

function copyRunGenerator(seed: Seed, q: CopyRunParameters): (key: number, outputTokens: number) => Uint8Array {
  const own = luck(seed, 'acceptance of requests'); // the generator of EAGLE drafts has positions 0 to 5
  const noise = stream(seed, 'copy runs over positions'); // begins anew at every request, from a state that is its own
  const { mean, sd } = q.log_output_length;
  return (key, outputTokens) => {
    restart(noise, own, key, 8);
    const zLength = (Math.log(outputTokens) - mean) / sd;
    const z1 = q.rho_log_length * zLength + rest(q.rho_log_length) * normal(own(key, 0), own(key, 1));
    const z2 = q.rho_entry_continue * z1 + rest(q.rho_entry_continue) * normal(own(key, 6), own(key, 7));
    const commits = new Uint8Array(outputTokens).fill(1);
    let behindRun = false;
    for (let i = 0; i < outputTokens; ) {
      const drift = Math.min(4, Math.log2((i + q.p0_tokens) / 128));
      const entry: number =
        q.mu_entry + q.sigma_entry * z1 + q.gamma_entry * drift + (behindRun ? q.after_run_logit : 0);
      behindRun = noise.next() < logistic(entry);
      if (!behindRun) {
        i++;
        continue;
      }
      const share = logistic(q.mu_continue + q.sigma_continue * z2 + q.gamma_continue * drift);
      const more = Math.min(0.9999, beta(q.kappa * share, q.kappa * (1 - share), noise));
      const run = 1 + Math.floor(Math.log(1 - noise.next()) / Math.log(more));
      const end = Math.min(outputTokens, i + run);
      for (let p = i; p < end; p++) commits[p] = Math.min(q.max_commit, i + run - p + 1);
      i += run + 1;
    }
    return commits;
  };
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** The part of a unit normal that is left beside a correlation. */
const rest = (correlation: number): number => Math.sqrt(1 - correlation * correlation);
