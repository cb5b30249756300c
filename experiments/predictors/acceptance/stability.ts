/** "Stable yet?": when each rule says so first, and whether A then stays near what was believed. */
import type { AcceptanceBelief, Estimator, StabilityRule } from '../../../predictors/acceptance/estimator.js';
import type { RecordedRequest } from '../../../predictors/acceptance/recorded.js';
import { type StabilityName, stabilityRules } from '../../../predictors/acceptance/stability.js';
import { stepsOf } from './judge.js';

/** How far A may be off from then on. */
export const TOLERANCE = 0.05;

export interface StabilityRow {
  readonly rule: StabilityName;
  readonly belief: string;
  /** Share of requests that are ever called stable before their last step. */
  readonly called: number;
  /** Median share of their steps that is over by then. */
  readonly when: number;
  /** Share of them whose A from then on is within ±.05 of the belief. */
  readonly right: number;
}

/** @param beliefs estimators by name, learnt from other requests */
export function judgeStability(
  requests: readonly RecordedRequest[],
  drafts: number,
  beliefs: Readonly<Record<string, Estimator>>,
): StabilityRow[] {
  return (Object.keys(stabilityRules) as StabilityName[]).flatMap((rule) =>
    Object.entries(beliefs).map(([belief, estimator]) => {
      const calls = requests
        .map((request) => firstCall(request, drafts, stabilityRules[rule](), estimator))
        .filter((call) => call !== null);
      const when = calls.map((call) => call.when).sort((a, b) => a - b);
      return {
        rule,
        belief,
        called: calls.length / requests.length,
        when: when[Math.floor(when.length / 2)] ?? Number.NaN,
        right: calls.filter(({ off }) => off <= TOLERANCE).length / calls.length,
      };
    }),
  );
}

/** The first step with a call: share of steps that is over, and how far A is off from then on. Null: never. */
function firstCall(
  request: RecordedRequest,
  drafts: number,
  rule: StabilityRule,
  estimator: Estimator,
): { when: number; off: number } | null {
  const { position, accepted } = stepsOf(request, drafts);
  const { length } = request.commits;
  const state = new Float64Array(estimator.width);
  const watched = new Float64Array(rule.width);
  const belief: AcceptanceBelief = { share: 0, spread: 0 };
  estimator.begin?.(state);
  for (let k = 0; k + 1 < position.length; k++) {
    const seen = { verifications: 1, proposed: drafts, accepted: accepted[k], position: position[k] };
    estimator.see(state, seen);
    rule.see(watched, seen);
    const generated = position[k + 1];
    estimator.believe(state, { generated, length, promptTokens: request.promptTokens, drafts }, belief);
    if (!rule.stable(watched, belief)) continue;
    const ahead = accepted.slice(k + 1);
    const came = ahead.reduce((sum, right) => sum + right, 0) / (drafts * ahead.length);
    return { when: (k + 1) / position.length, off: Math.abs(came - belief.share) };
  }
  return null;
}
