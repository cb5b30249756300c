/** Estimators of acceptance held against what came, on a replay of requests. */
import type { AcceptanceBelief, Estimator } from '../../../predictors/acceptance/estimator.js';
import { type RecordedRequest, replay } from '../../../predictors/acceptance/recorded.js';

/** When an estimator is asked, and about what. */
export interface Moment {
  /** γ of the steps that it is asked about. */
  readonly drafts: number;
  /** Steps that it has seen. */
  readonly after: number;
  /** γ of those [drafts]. */
  readonly seen?: number;
}

/** One request after its first steps. */
export interface Judged {
  /** Of the predicted remaining steps, with the exact remaining length: (predicted − came)/came. */
  readonly error: number;
  readonly share: number;
  readonly spread: number;
  /** A from then on, as it came. */
  readonly came: number;
}

/** Output position and accepted drafts of each step. */
interface Steps {
  readonly position: readonly number[];
  readonly accepted: readonly number[];
}

export function stepsOf(request: RecordedRequest, drafts: number): Steps {
  const position: number[] = [];
  const accepted: number[] = [];
  replay(request, drafts, 'always', (at, _proposed, right) => {
    position.push(at);
    accepted.push(right);
  });
  return { position, accepted };
}

/** Requests that have steps left after the first ones: the others say nothing. */
export const lasting = (
  requests: readonly RecordedRequest[],
  { drafts, seen = drafts, after }: Moment,
): RecordedRequest[] => requests.filter((request) => stepsOf(request, seen).position.length > after);

/** Drafts that each step accepts from the moment on, at the γ that is asked about. */
export function acceptedAhead(request: RecordedRequest, { drafts, seen = drafts, after }: Moment): number[] {
  const { commits } = request;
  const ahead: number[] = [];
  for (
    let position = stepsOf(request, seen).position[after];
    position < commits.length;
    position += 1 + ahead[ahead.length - 1]
  )
    ahead.push(Math.min(drafts, commits[position] - 1));
  return ahead;
}

/** What the estimator says of a request after its first steps. */
export function judge(estimator: Estimator, request: RecordedRequest, moment: Moment): Judged {
  const { drafts, seen = drafts, after } = moment;
  const { position, accepted } = stepsOf(request, seen);
  const state = new Float64Array(estimator.width);
  estimator.begin?.(state);
  for (let k = 0; k < after; k++)
    estimator.see(state, { verifications: 1, proposed: seen, accepted: accepted[k], position: position[k] });
  const generated = position[after];
  const { length } = request.commits;
  const belief: AcceptanceBelief = { share: 0, spread: 0 };
  estimator.believe(state, { generated, length, promptTokens: request.promptTokens, drafts }, belief);
  const left = acceptedAhead(request, moment).length;
  const predicted = (length - generated) / (drafts * belief.share + 1);
  return { ...belief, error: predicted / left - 1, came: ((length - generated) / left - 1) / drafts };
}
