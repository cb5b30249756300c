/** An estimator of acceptance in an episode: it writes the columns about acceptance, and keeps its state in columns. */
import type { Forecast, Predictor } from '../../env/serving/beliefs.js';
import type { AcceptanceBelief, Estimator, Seen, Standing } from './estimator.js';
import { type StabilityName, stabilityRules } from './stability.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Believes what the estimator says of the engine's draft length (1 draft where the engine drafts none), and says "stable" when
 * the rule does. It looks again whenever drafts of a request were verified. What lies ahead of a request is what is
 * believed of its length by then: combined with a predictor of length, that one speaks first.
 */
export function acceptancePredictor(estimator: Estimator, stable: StabilityName = 'window'): Predictor {
  const rule = stabilityRules[stable]();
  const state = new Float64Array(estimator.width);
  const watched = new Float64Array(rule.width);
  const belief: AcceptanceBelief = { share: 0, spread: 0 };
  const seen: Writable<Seen> = { verifications: 0, proposed: 0, accepted: 0, position: 0 };
  const standing: Writable<Standing> = { generated: 0, length: 0, promptTokens: 0, drafts: 1 };
  let forecast: Forecast;
  let columns: Float64Array[];
  let before: { verifications: Int32Array; proposed: Int32Array; accepted: Int32Array; generated: Int32Array };

  const column = (k: number): Float64Array => columns[k];

  function load(r: number): void {
    for (let k = 0; k < state.length; k++) state[k] = column(k)[r];
    for (let k = 0; k < watched.length; k++) watched[k] = column(state.length + k)[r];
  }

  function store(r: number): void {
    for (let k = 0; k < state.length; k++) column(k)[r] = state[k];
    for (let k = 0; k < watched.length; k++) column(state.length + k)[r] = watched[k];
  }

  function believe(r: number): void {
    const { beliefs, requests, rules } = forecast;
    standing.generated = requests.generated[r];
    standing.length = beliefs.length[r];
    standing.promptTokens = requests.promptTokens[r];
    standing.drafts = Math.max(1, rules.drafts);
    estimator.believe(state, standing, belief);
    beliefs.acceptance[r] = belief.share;
    beliefs.acceptanceSpread[r] = belief.spread;
    beliefs.acceptanceStable[r] = rule.stable(watched, belief) ? 1 : 0;
  }

  return {
    name: estimator.name,
    information: 'predicted',
    reset(given) {
      forecast = given;
      const counts = (): Int32Array => given.column(Int32Array);
      before = { verifications: counts(), proposed: counts(), accepted: counts(), generated: counts() };
      columns = Array.from({ length: state.length + watched.length }, () => given.column(Float64Array));
    },
    arrive(r) {
      state.fill(0);
      watched.fill(0);
      estimator.begin?.(state);
      store(r);
      believe(r);
    },
    progress(r) {
      const { requests } = forecast;
      seen.proposed = requests.proposed[r] - before.proposed[r];
      if (seen.proposed > 0) {
        seen.verifications = requests.verifications[r] - before.verifications[r];
        seen.accepted = requests.accepted[r] - before.accepted[r];
        seen.position = before.generated[r];
        load(r);
        estimator.see(state, seen);
        rule.see(watched, seen);
        store(r);
        believe(r);
        before.verifications[r] = requests.verifications[r];
        before.proposed[r] = requests.proposed[r];
        before.accepted[r] = requests.accepted[r];
      }
      before.generated[r] = requests.generated[r];
    },
  };
}
